import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ConfigError } from '../vocabulary/errors.js';
import type { Launch } from './launch.js';

/** Throws `ConfigError` unless `exec` names a file that Node can run. */
export const findExec = ({ exec, base }: Pick<Launch, 'exec' | 'base'>): void => {
  const path = exec();
  try {
    createRequire(join(base, 'master.js')).resolve(path);
  } catch {
    throw new ConfigError('exec', `expected a file that exists, got ${path}`, `Relative paths start at ${base}`);
  }
};
