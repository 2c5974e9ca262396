import { join, relative, resolve } from 'node:path';
import type { Environment } from './environment.js';

/**
 * The path that an option names. A relative one starts at the current folder. So does an absolute one that lies in it: Node resolves links, so a program
 * that asks where its files are gets the folder of one release, while `base` names what the next release will be reached by.
 */
export const place = ({ base, cwd }: Pick<Environment, 'base' | 'cwd'>, path: string): string =>
  path === cwd || path.startsWith(`${cwd}/`) ? join(base, relative(cwd, path)) : resolve(base, path);
