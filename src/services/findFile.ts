import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../index.js';

/** The names of a configuration file, in the order in which they are looked for. */
const names = ['js', 'mjs', 'cjs', 'ts', 'json'].map((ending) => `proteus.config.${ending}`);
/** The files of pm2 that are read when they are named. */
const ofPm2 = [
  'ecosystem.config.js',
  'ecosystem.config.cjs',
  'ecosystem.config.mjs',
  'ecosystem.json',
  'pm2.config.js',
];

/** The absolute path of the configuration: the given one, or the one in the current folder. Throws `ConfigError` if there is none, or more than one. */
export const findFile = (given: string | URL | undefined): string =>
  given === undefined ? findIn(process.cwd()) : existing(given);

const existing = (given: string | URL): string => {
  const file = resolve(typeof given === 'string' ? given : fileURLToPath(given));
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new ConfigError(
      shownPath(file),
      'expected a configuration file that exists',
      `Relative paths start at ${process.cwd()}`,
    );
  return stats.isDirectory() ? findIn(file) : file;
};

const findIn = (folder: string): string => {
  const found = names.filter((name) => existsSync(join(folder, name)));
  const [first, second] = found;
  if (first === undefined) {
    const pm2 = ofPm2.find((name) => existsSync(join(folder, name)));
    throw new ConfigError(
      'the configuration',
      `expected one of ${names.join(', ')} in ${folder}, got none`,
      pm2 === undefined ? 'proteus init writes one' : `There is ${pm2}, which is read if you name it`,
    );
  }
  if (second !== undefined)
    throw new ConfigError(
      'the configuration',
      `expected one file in ${folder}, got ${found.join(' and ')}`,
      'Remove one, or name the one to use',
    );
  return join(folder, first);
};

/** A path as it is shown: relative if it is inside the current folder. */
export const shownPath = (path: string): string => {
  const inside = relative(process.cwd(), path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside;
};
