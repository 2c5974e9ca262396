import type { Observable } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';

/** The longest delay of `setTimeout`; a longer one fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Emits 0 once after `ms` milliseconds and completes; `Infinity` never does either.
 * Unlike `timer`, it is correct for `Infinity` and for more than 24.8 days.
 *
 * ```
 * after(3)         ---(0|)
 * after(Infinity)  -
 * ```
 *
 * @example
 * stop$.pipe(switchMap(() => after(120_000))).subscribe(() => kill());
 */
export const after = (ms: number): Observable<0> => {
  const { NEVER, switchMap, timer } = rxjs();
  if (ms === Infinity) return NEVER;
  return ms <= maxTimerMs ? timer(ms) : timer(maxTimerMs).pipe(switchMap(() => after(ms - maxTimerMs)));
};
