import { filter, map, merge, type Observable } from 'rxjs';
import type { WorkerRef } from '../events.js';
import type { Census } from '../operators/census.js';
import { forMaster } from '../operators/forMaster.js';
import { Watched } from '../operators/watched.js';
import { report, type Running, running$, told$ } from '../running.js';

/** One slot, and who is there. */
export interface Slot {
  readonly cluster: string;
  readonly slot: number;
  /** Nobody is there and nobody will be before the next restart or scaling. */
  readonly vacant: boolean;
  /** The worker; during a restart the one that comes and those that go as well. */
  readonly workers: readonly SlotWorker[];
}

export interface SlotWorker extends WorkerRef {
  readonly ready: boolean;
  /** It is leaving, asked or on its own. */
  readonly leaving: boolean;
}

/** A census as plain data that does not change any more. */
export const slots = (cluster: string, { seats }: Census): readonly Slot[] =>
  [...seats.values()]
    .filter(({ open, sitters }) => open || sitters.size > 0)
    .map(({ slot, vacant, sitters }) => ({
      cluster,
      slot,
      vacant,
      workers: Array.from(sitters.values(), ({ worker, ready, leaving }) => ({ ...worker, ready, leaving })),
    }));

const everybody = (): readonly Slot[] => running$.value.flatMap(({ name, census }: Running) => slots(name, census));

/**
 * The slots of all running clusters and who is in them: what is so now on subscription, then after each event that is neither `message` nor `messages`; an empty list
 * when nothing runs. Hot: it never completes and never errors.
 *
 * @example
 * const { length } = (await firstValueFrom(workers$)).flatMap((slot) => slot.workers.filter((worker) => worker.ready));
 */
export const workers$: Observable<readonly Slot[]> = new Watched(
  forMaster(
    'workers$',
    merge(running$, told$.pipe(filter(({ type }) => type !== 'message' && type !== 'messages'))).pipe(map(everybody)),
  ),
  report('a subscriber of workers$'),
);
