import { connect, filter, map, merge, type MonoTypeOperatorFunction, switchMap, take, takeUntil } from 'rxjs';
import type { WorkerDraft } from '../events.js';
import { after } from './after.js';
import { departs } from './departs.js';
import { is } from './is.js';

export interface Milestone {
  /** The event from which time counts. */
  readonly from: 'fork' | 'ready';
  /** How long, in ms. */
  readonly ms: number;
  /** The event that makes it pointless. That the worker leaves always does. */
  readonly unless?: 'ready';
}

/**
 * Adds one event to the life of a worker, `ms` milliseconds after another.
 *
 * ```
 * source                                    f--r--------x|
 * milestone('available', from r, 5 ms)      f--r----a---x|
 * ```
 */
export const milestone =
  (type: 'available' | 'stable' | 'overdue', { from, ms, unless }: Milestone): MonoTypeOperatorFunction<WorkerDraft> =>
  (worker$) =>
    worker$.pipe(
      connect((life$) =>
        merge(
          life$,
          life$.pipe(
            filter(is(from)),
            take(1),
            switchMap(({ worker }) => after(ms).pipe(map((): WorkerDraft => ({ type, worker, after: ms })))),
            takeUntil(life$.pipe(filter((event) => departs(event) || event.type === unless))),
          ),
        ),
      ),
    );
