import {
  concat,
  defer,
  distinctUntilChanged,
  exhaustMap,
  type Observable,
  of,
  type OperatorFunction,
  switchMap,
  takeWhile,
} from 'rxjs';
import type { Process } from '../host/host.js';
import { after } from './after.js';

/** A wish that a worker be gone. `force`: at once. */
export interface Stop {
  readonly force: boolean;
  readonly why: string;
}

/** What was done about it. */
export type Leaving =
  | { readonly type: 'retire'; readonly why: string }
  | { readonly type: 'kill'; readonly signal: 'SIGKILL'; readonly why: string };

const ask = (process: Process, why: string): Observable<Leaving> =>
  defer(() => {
    process.disconnect();
    return of({ type: 'retire' as const, why });
  });

const kill = (process: Process, why: string): Observable<Leaving> =>
  defer(() => {
    process.kill('SIGKILL');
    return of({ type: 'kill' as const, signal: 'SIGKILL' as const, why });
  });

/**
 * Turns wishes to stop into what is done to a process: it is asked once, given `timeout` ms, then killed.
 * A forced wish kills at once; one that asks for no more than what is already under way changes nothing.
 *
 * ```
 * stop$        --g--g---------
 * leave(_, 9)  --r--------k        asked at the first g, killed 9 ms after it
 *
 * stop$        --g--f---------
 * leave(_, 9)  --r--k
 * ```
 *
 * Does not end with the process: whoever subscribes knows when that has gone.
 */
export const leave =
  (process: Process, timeout: number): OperatorFunction<Stop, Leaving> =>
  (stop$) =>
    stop$.pipe(
      takeWhile((stop) => !stop.force, true),
      distinctUntilChanged((before, now) => before.force === now.force),
      switchMap((stop) =>
        stop.force
          ? kill(process, stop.why)
          : concat(
              ask(process, stop.why),
              killAfter(process, timeout, `still there ${timeout} ms after it was asked to leave`),
            ),
      ),
    );

/**
 * A process that leaves on its own account is not asked, but has no longer than one that was.
 *
 * ```
 * leaving$        --l--------
 * overstay(_, 5)  -------k
 * ```
 */
export const overstay =
  (process: Process, timeout: number): OperatorFunction<unknown, Leaving> =>
  (leaving$) =>
    leaving$.pipe(exhaustMap(() => killAfter(process, timeout, `still there ${timeout} ms after it began to leave`)));

const killAfter = (process: Process, timeout: number, why: string): Observable<Leaving> =>
  after(timeout).pipe(switchMap(() => kill(process, why)));
