import { accessSync, constants, statSync } from 'node:fs';
import { ConfigError } from '../vocabulary/errors.js';

/**
 * Throws `ConfigError` unless the path, the value of `cwd`, is a folder that can be entered. For a missing folder Node itself would report
 * `spawn node ENOENT`, as if Node were missing.
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
