import { filter, merge, mergeMap, NEVER, type Observable, take, takeUntil } from 'rxjs';
import type { Policy } from '../config/policy.js';
import type { CoreEvent, EventDraft } from '../vocabulary/events.js';
import type { ClusterState } from '../state/clusterState.js';
import { conflate } from '../operators/general/conflate.js';
import type { Feedback } from '../operators/general/loop.js';
import { roll, rollPlan } from '../operators/restart/roll.js';

/**
 * The rolling restarts, one after the other. Who asks during one waits for the next, and those who wait for the same slot, or for all slots, share it.
 *
 * ```
 * on('restart')  r-----r-r---------
 * result         [1-2-]   [1-2-]       [: restart-begin  1, 2: replace-begin  ]: restart-end
 * ```
 *
 * A roll is over when its end has been heard by everybody. Does not end by itself.
 */
export const rolls$ = (
  { maxSurge }: Policy,
  { on, state$ }: Feedback<CoreEvent, ClusterState>,
): Observable<EventDraft> =>
  on('restart').pipe(
    conflate(
      (asked, index) =>
        state$.pipe(
          take(1),
          mergeMap((state) => {
            const plan = rollPlan(maxSurge, state, index + 1, asked);
            const ended$ = merge(on('restart-end'), on('restart-abort')).pipe(filter(({ roll }) => roll === plan.roll));
            return merge(state$.pipe(roll(plan)), NEVER).pipe(takeUntil(ended$));
          }),
        ),
      ({ slot }) => slot,
    ),
  );
