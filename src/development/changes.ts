import { debounce, filter, map, type Observable, pairwise, takeUntil } from 'rxjs';
import { ConfigError } from '../vocabulary/errors.js';
import { watchFiles } from '../host/watchFiles.js';
import { after } from '../operators/general/after.js';
import { settle } from '../operators/general/settle.js';
import { runningClusters$ } from '../registry/runningClusters.js';

export interface Watching {
  /** How long nothing must have changed, in ms, until what has is emitted. Default: 200. */
  readonly debounce?: number;
  /** Called once, when everything is watched. What changes before that may go unnoticed. */
  readonly watching?: () => void;
}

const known: readonly string[] = ['debounce', 'watching'];

/** The last cluster of this process has ended. */
const over$ = runningClusters$.pipe(
  map(({ length }) => length),
  // A supervisor that starts all anew has none for a moment.
  debounce(() => after(0)),
  pairwise(),
  filter(([before, now]) => before > 0 && now === 0),
);

/**
 * Files that are added, changed or removed, for a restart on each save while developing. Paths are files or folders, which are watched with
 * all that is in them, but for `node_modules` and what begins with a dot; who wants `.env` names it. Relative paths start at the current folder.
 *
 * Watches while subscribed. Emits the absolute paths that have changed, each once, when there has been quiet for `debounce` ms. Completes when the last
 * cluster of this process has ended: a watcher would keep the master from ending. Errors with `ConfigError` if a path is not there, before
 * anything is watched, and with what the system says when it cannot watch. Wrong arguments throw `ConfigError` at once, here.
 *
 * @example
 * changes$('src').subscribe(restart$);
 */
export const changes$ = (paths: string | readonly string[], options: Watching = {}): Observable<readonly string[]> => {
  const wanted = typeof paths === 'string' ? [paths] : paths;
  check(wanted, options);
  const { debounce = 200, watching = () => {} } = options;
  return watchFiles(wanted, watching).pipe(
    settle(debounce),
    map((all) => [...new Set(all)]),
    takeUntil(over$),
  );
};

const check = (paths: unknown, options: unknown): void => {
  if (!Array.isArray(paths) || paths.length === 0 || !paths.every(isPath)) {
    throw new ConfigError('paths', "expected a path or a list of paths, such as 'src'");
  }
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigError('changes$', `expected { debounce, watching }, or nothing, after the paths`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ConfigError(unknown, `is not an option. There are ${known.join(', ')}`);
  const { debounce = 0, watching }: { readonly debounce?: unknown; readonly watching?: unknown } = options;
  if (typeof debounce !== 'number' || !(debounce >= 0)) {
    throw new ConfigError('debounce', `expected a time in ms, 0 or more, got ${String(debounce)}`);
  }
  if (watching !== undefined && typeof watching !== 'function') {
    throw new ConfigError('watching', `expected a function, got ${typeof watching}`);
  }
};

const isPath = (path: unknown): boolean => typeof path === 'string' && path !== '';
