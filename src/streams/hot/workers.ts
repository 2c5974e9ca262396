import { filter, map, merge, type Observable } from 'rxjs';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { ClusterState } from '../../state/clusterState.js';
import { forMaster } from './forMaster.js';
import { GuardedObservable } from '../../operators/general/guardedObservable.js';
import { reportError, type RunningCluster, runningClusters$, allEvents$ } from '../../registry/runningClusters.js';

/** One slot and its workers. */
export interface Slot {
  readonly cluster: string;
  readonly slot: number;
  /** It has no worker, and gets none before the next restart or scaling. */
  readonly vacant: boolean;
  /** It belongs to the cluster. `false`: the cluster has been scaled down, and a worker of the slot is still leaving. */
  readonly open: boolean;
  /** Its worker; during a restart also the new one, and those that are leaving. */
  readonly workers: readonly SlotWorker[];
}

export interface SlotWorker extends WorkerRef {
  readonly ready: boolean;
  /** It is out of rotation: it stays, and accepts no connections for now. */
  readonly withdrawn: boolean;
  /** It is leaving, asked or on its own. */
  readonly leaving: boolean;
}

/** A copy of the slots of a state, as plain data. */
export const slots = (cluster: string, { slots }: ClusterState): readonly Slot[] =>
  [...slots.values()]
    .filter(({ open, workers }) => open || workers.size > 0)
    .map(({ slot, vacant, open, workers }) => ({
      cluster,
      slot,
      vacant,
      open,
      workers: Array.from(workers.values(), ({ worker, ready, withdrawn, leaving }) => ({
        ...worker,
        ready,
        withdrawn,
        leaving,
      })),
    }));

/** Events that come often and change no slot. */
const frequentEvents: ReadonlySet<string> = new Set(['messages', 'stats']);

const allSlots = (): readonly Slot[] =>
  runningClusters$.value.flatMap(({ name, state }: RunningCluster) => slots(name, state));

/**
 * The slots of all running clusters with their workers: the current ones on subscription, then again after each event that is no `message` and no `stats`; an empty list
 * if no cluster runs. Hot: it never completes and never errors.
 *
 * @example
 * const { length } = (await firstValueFrom(workers$)).flatMap((slot) => slot.workers.filter((worker) => worker.ready));
 */
export const workers$: Observable<readonly Slot[]> = new GuardedObservable(
  forMaster(
    'workers$',
    merge(runningClusters$, allEvents$.pipe(filter(({ type }) => !frequentEvents.has(type)))).pipe(map(allSlots)),
  ),
  reportError('a subscriber of workers$'),
);
