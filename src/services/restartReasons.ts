import { relative } from 'node:path';
import { map, merge, type Observable } from 'rxjs';
import { cron$ } from '../index.js';
import type { CronTimes } from './cronTimes.js';

/** How many changed files a reason names. */
const maxFiles = 3;

/**
 * Why a service is restarted: at the times of its schedule, and when watched files have changed. Errors as `changed$` does.
 *
 * ```
 * cron '0 3 * * *'    ---t-----------
 * changed$            ---------f-----
 * restartReasons      ---a-----b-----    a: cron 0 3 * * *, b: web.js has changed
 * ```
 */
export const restartReasons = (
  cron: readonly CronTimes[],
  changed$: Observable<readonly string[]>,
  folder: string,
): Observable<string> =>
  merge(
    ...cron.map(({ at, timezone }) => cron$(at, { timezone }).pipe(map(() => `cron ${at}`))),
    changed$.pipe(map((files) => changeOf(files.map((file) => relative(folder, file) || '.')))),
  );

const changeOf = (files: readonly string[]): string => {
  const more = files.length - maxFiles;
  const named = files.slice(0, maxFiles).join(', ');
  if (more > 0) return `${named} and ${more} more have changed`;
  return `${named} ${files.length === 1 ? 'has' : 'have'} changed`;
};
