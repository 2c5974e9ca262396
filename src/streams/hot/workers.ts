import { filter, map, merge, type Observable } from 'rxjs';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { ClusterState } from '../../state/clusterState.js';
import { forMaster } from './forMaster.js';
import { GuardedObservable } from '../../operators/general/guardedObservable.js';
import { reportError, type RunningCluster, runningClusters$, allEvents$ } from '../../registry/runningClusters.js';

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

/** A state as plain data that does not change any more. */
export const slots = (cluster: string, { slots }: ClusterState): readonly Slot[] =>
  [...slots.values()]
    .filter(({ open, workers }) => open || workers.size > 0)
    .map(({ slot, vacant, workers }) => ({
      cluster,
      slot,
      vacant,
      workers: Array.from(workers.values(), ({ worker, ready, leaving }) => ({ ...worker, ready, leaving })),
    }));

const everybody = (): readonly Slot[] =>
  runningClusters$.value.flatMap(({ name, state }: RunningCluster) => slots(name, state));

/**
 * The slots of all running clusters and who is in them: what is so now on subscription, then after each event that is no `message`; an empty list
 * when nothing runs. Hot: it never completes and never errors.
 *
 * @example
 * const { length } = (await firstValueFrom(workers$)).flatMap((slot) => slot.workers.filter((worker) => worker.ready));
 */
export const workers$: Observable<readonly Slot[]> = new GuardedObservable(
  forMaster(
    'workers$',
    merge(runningClusters$, allEvents$.pipe(filter(({ type }) => type !== 'messages'))).pipe(map(everybody)),
  ),
  reportError('a subscriber of workers$'),
);
