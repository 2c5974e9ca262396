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
 * A slot that is open while the cluster is large enough for it. When it closes, its worker is retired. When it opens again,
 * it gets another worker, even if the old one is still leaving. The generations are counted through all openings.
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
export const scaledSlot$ = (context: SlotContext, slot: number): Observable<EventDraft> =>
  defer(() => {
    const { options, stop$ } = context;
    let generation = 0;
    const nextSlotRef = () => {
      generation += 1;
      return { cluster: options.name, slot, generation };
    };
    const open$ = (closed$: Observable<StopRequest>, why: ForkReason) =>
      slot$(
        { ...context, stop$: merge(stop$, closed$).pipe(shareReplay({ bufferSize: 1, refCount: true })) },
        slot,
        nextSlotRef,
        why,
      );
    return closing$(context, slot).pipe(
      takeUntil(stop$),
      connect((openOrClosed$) =>
        openOrClosed$.pipe(
          map((closing, index) =>
            isClosing(closing) ? undefined : index === 0 && slot <= options.worker ? 'start' : 'scale',
          ),
          filter((why) => why !== undefined),
          mergeMap((why) => open$(openOrClosed$.pipe(filter(isClosing), take(1), shareReplay(1)), why)),
        ),
      ),
    );
  });

/** The stop request for the worker when the cluster has become too small for the slot; `undefined` while the slot is open. */
const closing$ = (context: SlotContext, slot: number): Observable<StopRequest | undefined> =>
  size$(context).pipe(
    map((size) => (slot > size ? { force: false, why: `scaled down to ${size}` } : undefined)),
    distinctUntilChanged((before, next) => isClosing(before) === isClosing(next)),
  );

const isClosing = (closing: StopRequest | undefined): closing is StopRequest => closing !== undefined;
