import { filter, merge, mergeMap, NEVER, type Observable, take, takeUntil } from 'rxjs';
import type { ClusterOptions } from '../config/clusterOptions.js';
import type { CoreEvent, EventDraft } from '../vocabulary/events.js';
import type { ClusterState } from '../state/clusterState.js';
import { conflate } from '../operators/general/conflate.js';
import type { Feedback } from '../operators/general/loop.js';
import { roll, rollPlan } from '../operators/restart/roll.js';

/**
 * The rolling restarts, one after the other. A request during a roll waits for the next one. Waiting requests for the same slot, and those for all slots, share one roll.
 *
 * ```
 * on('restart')  r-----r-r---------
 * result         [1-2-]   [1-2-]       [: restart-begin  1, 2: replace-begin  ]: restart-end
 * ```
 *
 * A roll is over when its `restart-end` or `restart-abort` has been delivered. Never completes.
 */
export const rolls$ = (
  { maxSurge }: ClusterOptions,
  { on, state$ }: Feedback<CoreEvent, ClusterState>,
): Observable<EventDraft> =>
  on('restart').pipe(
    conflate(
      (requests, index) =>
        state$.pipe(
          take(1),
          mergeMap((state) => {
            const plan = rollPlan(maxSurge, state, index + 1, requests);
            const ended$ = merge(on('restart-end'), on('restart-abort')).pipe(filter(({ roll }) => roll === plan.roll));
            return merge(state$.pipe(roll(plan)), NEVER).pipe(takeUntil(ended$));
          }),
        ),
      ({ slot }) => slot,
    ),
  );
