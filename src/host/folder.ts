import { accessSync, constants, statSync } from 'node:fs';
import { ConfigError } from '../vocabulary/errors.js';

/**
 * Throws `ConfigError` unless the path, which is what `cwd` names, is that of a folder that can be entered. Node itself would report a folder that is missing
 * as `spawn node ENOENT`, as if it were Node that is missing.
 */
export const findFolder = (path: string, base: string): void => {
  const code = problem(path);
  if (code === undefined) return;
  throw new ConfigError(
    'cwd',
    `expected a folder that can be entered, got ${path} (${code})`,
    `Relative paths start at ${base}`,
  );
};

const problem = (path: string): string | undefined => {
  try {
    if (!statSync(path).isDirectory()) return 'ENOTDIR';
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};
