import { join, relative, resolve, sep } from 'node:path';
import { defer, filter, from, map, type Observable, switchMap } from 'rxjs';
import { ConfigError } from '../index.js';
import { suggestion } from './unknownName.js';
import { isRecord, isText, listOf, showValue } from './values.js';

/** What the option `watch` stands for, with absolute paths. */
export interface Watch {
  readonly paths: readonly string[];
  /** Absolute paths, and names at any depth. */
  readonly ignore: readonly string[];
  readonly debounce: number | undefined;
}

const known = ['paths', 'ignore', 'debounce'];

/** The setting of the option `watch`; `undefined` if nothing is watched. Throws `ConfigError` if it is wrong. */
export const watchOf = (given: unknown, folder: string): Watch | undefined => {
  if (given === undefined || given === false) return undefined;
  if (given === true) return { paths: [folder], ignore: [], debounce: undefined };
  if (!isRecord(given)) return { paths: pathsOf('watch', given, folder), ignore: [], debounce: undefined };
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new ConfigError(`watch.${unknown}`, 'is not an option', suggestion(unknown, known, 'watch.'));
  const { paths = folder, ignore, debounce } = given;
  if (debounce !== undefined && !(typeof debounce === 'number' && debounce >= 0))
    throw new ConfigError('watch.debounce', `expected a time in ms, 0 or more, got ${showValue(debounce)}`);
  return {
    paths: pathsOf('watch.paths', paths, folder),
    ignore: ignore === undefined ? [] : ignoredOf(ignore, folder),
    debounce,
  };
};

/** Emits when a watched file has changed. Errors as `changes$` does. */
export const changesOf = (watch: Watch): Observable<readonly string[]> =>
  // The watcher is loaded only where it is used.
  defer(() => from(import('../development.js'))).pipe(
    switchMap(({ changes$ }) =>
      changes$(watch.paths, watch.debounce === undefined ? {} : { debounce: watch.debounce }),
    ),
    map((changed) => changed.filter((path) => !isIgnored(path, watch))),
    filter((changed) => changed.length > 0),
  );

const isIgnored = (path: string, { paths, ignore }: Watch): boolean => {
  const root = paths.find((watched) => isInside(watched, path)) ?? sep;
  const names = relative(root, path).split(sep);
  return ignore.some((entry) => (entry.startsWith(sep) ? isInside(entry, path) : names.includes(entry)));
};

const isInside = (folder: string, path: string): boolean => path === folder || path.startsWith(join(folder, sep));

const pathsOf = (name: string, given: unknown, folder: string): readonly string[] => {
  const all = listOf(given);
  if (all.length === 0) throw new ConfigError(name, 'expected a path, or more, got none');
  return all.map((path, index) =>
    resolve(folder, text(Array.isArray(given) ? `${name}[${index}]` : name, path, 'true, a path, or a list of paths')),
  );
};

const ignoredOf = (given: unknown, folder: string): readonly string[] =>
  listOf(given).map((path, index) => {
    const one = text(Array.isArray(given) ? `watch.ignore[${index}]` : 'watch.ignore', path, 'a path or a name');
    return one.includes(sep) ? resolve(folder, one) : one;
  });

const text = (name: string, value: unknown, expected: string): string => {
  if (isText(value)) return value;
  throw new ConfigError(name, `expected ${expected}, got ${showValue(value)}`);
};
