import {
  connect,
  defer,
  distinctUntilChanged,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  shareReplay,
  take,
  takeUntil,
} from 'rxjs';
import type { EventDraft, ForkReason } from '../vocabulary/events.js';
import type { StopRequest } from '../operators/lifecycle/leave.js';
import type { SlotContext } from './respawnLoop.js';
import { size$ } from './sizes.js';
import { slot$ } from './slot.js';

/**
 * The place of a slot, which is open while the cluster is large enough to have it. Scaled down, its worker is retired; scaled up again,
 * it gets another one, even if the old one is still leaving. The generations are counted on.
 *
 * ```
 * on('scale')      --------2--3-----        slot 3
 * first opening    f-r-a---t----x|
 * second opening              f-r-a-
 * result           f-r-a---t--frx-a-
 * ```
 *
 * Completes when the cluster stops and the last process of the slot has gone. Never errors.
 */
export const scaledSlot$ = (around: SlotContext, slot: number): Observable<EventDraft> =>
  defer(() => {
    const { policy, stop$ } = around;
    let generation = 0;
    const nextSlotRef = () => {
      generation += 1;
      return { cluster: policy.name, slot, generation };
    };
    const open$ = (closed$: Observable<StopRequest>, why: ForkReason) =>
      slot$(
        { ...around, stop$: merge(stop$, closed$).pipe(shareReplay({ bufferSize: 1, refCount: true })) },
        slot,
        nextSlotRef,
        why,
      );
    return closing$(around, slot).pipe(
      takeUntil(stop$),
      connect((turns$) =>
        turns$.pipe(
          map((closing, index) =>
            closes(closing) ? undefined : index === 0 && slot <= policy.worker ? 'start' : 'scale',
          ),
          filter((why) => why !== undefined),
          mergeMap((why) => open$(turns$.pipe(filter(closes), take(1), shareReplay(1)), why)),
        ),
      ),
    );
  });

/** What the worker is told when the cluster has become too small for the slot; `undefined` while the slot is open. */
const closing$ = (around: SlotContext, slot: number): Observable<StopRequest | undefined> =>
  size$(around).pipe(
    map((size) => (slot > size ? { force: false, why: `scaled down to ${size}` } : undefined)),
    distinctUntilChanged((before, now) => closes(before) === closes(now)),
  );

const closes = (closing: StopRequest | undefined): closing is StopRequest => closing !== undefined;
