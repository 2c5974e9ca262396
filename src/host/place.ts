import { join, relative, resolve } from 'node:path';
import type { Environment } from './environment.js';

/**
 * The absolute path of an option's value. A relative path starts at the current folder. So does an absolute path inside it: Node resolves symbolic links, so a program
 * that computes a path gets the folder of one release, while `base` keeps the name under which the next release is found.
 */
export const place = ({ base, cwd }: Pick<Environment, 'base' | 'cwd'>, path: string): string =>
  path === cwd || path.startsWith(`${cwd}/`) ? join(base, relative(cwd, path)) : resolve(base, path);
