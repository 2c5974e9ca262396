import { debounce, filter, map, type Observable, pairwise, takeUntil } from 'rxjs';
import { ConfigError } from '../vocabulary/errors.js';
import { watchFiles } from '../host/watchFiles.js';
import { after } from '../operators/general/after.js';
import { settle } from '../operators/general/settle.js';
import { runningClusters$ } from '../registry/runningClusters.js';
import { check } from '../validation/check.js';
import { isRecord } from '../validation/isRecord.js';
import { isFunction, type Rules, time } from '../validation/rule.js';

/** How files are watched. */
export interface WatchOptions {
  /** Changes are emitted when nothing has changed for this time, in ms. Default: 200. */
  readonly debounce?: number;
  /** Called once, when all paths are watched. Changes before that may be missed. */
  readonly watching?: () => void;
}

const defaultDebounceMs = 200;

const optionRules: Rules = {
  debounce: time,
  watching: { accepts: isFunction, expected: 'a function' },
};

/** Emits when the last cluster of this process has ended. */
const allEnded$ = runningClusters$.pipe(
  map(({ length }) => length),
  // A supervisor that restarts its clusters has none for a moment.
  debounce(() => after(0)),
  pairwise(),
  filter(([before, now]) => before > 0 && now === 0),
);

/**
 * Emits the paths of files that were added, changed or removed, to restart on each save during development.
 *
 * `paths` are files or folders. A folder is watched with everything in it, except `node_modules` and names that begin with a dot; to watch `.env`, name it. Relative paths start at the current folder.
 *
 * Watches while subscribed. Emits absolute paths, each once, when nothing has changed for `debounce` ms (default: 200). Completes when the last cluster of this process has ended, because a
 * watcher would keep the process running. Errors with `ConfigError` if a path does not exist, before anything is watched, and with the error of the system if it cannot watch.
 * Throws `ConfigError` at once for wrong arguments.
 *
 * @example
 * changes$('src').subscribe(restart$);
 */
export const changes$ = (
  paths: string | readonly string[],
  options: WatchOptions = {},
): Observable<readonly string[]> => {
  const wanted = typeof paths === 'string' ? [paths] : paths;
  validate(wanted, options);
  const { debounce = defaultDebounceMs, watching = () => {} } = options;
  return watchFiles(wanted, watching).pipe(
    settle(debounce),
    map((all) => [...new Set(all)]),
    takeUntil(allEnded$),
  );
};

const validate = (paths: unknown, options: unknown): void => {
  if (!Array.isArray(paths) || paths.length === 0 || !paths.every(isPath)) {
    throw new ConfigError('paths', "expected a path or an array of paths, such as 'src'");
  }
  if (!isRecord(options)) {
    throw new ConfigError('changes$', 'expected { debounce, watching }, or nothing, after the paths');
  }
  check('', options, optionRules);
};

const isPath = (path: unknown): boolean => typeof path === 'string' && path !== '';
