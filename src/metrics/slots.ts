import { take } from 'rxjs';
import { type Slot, type SlotWorker, workers$ } from '../index.js';

/** The slots of a cluster and their workers, as they are now; also those of slots that have been closed. */
export const slotsOf = (cluster: string): readonly Slot[] => {
  let all: readonly Slot[] = [];
  workers$.pipe(take(1)).subscribe((slots) => {
    all = slots;
  });
  return all.filter((slot) => slot.cluster === cluster);
};

/** The worker that serves in a slot; without one the newest. */
export const currentWorker = ({ workers }: Slot): SlotWorker | undefined =>
  workers.toSorted((one, other) => rank(other) - rank(one) || other.generation - one.generation)[0];

const rank = ({ ready, leaving }: SlotWorker): number => (leaving ? 0 : ready ? 2 : 1);

/** Whether a slot has a worker that accepts connections. */
export const isReady = ({ open, workers }: Slot): boolean =>
  open && workers.some(({ ready, leaving, withdrawn }) => ready && !leaving && !withdrawn);

export type WorkerPhase = 'starting' | 'ready' | 'paused' | 'leaving';

export const phaseOf = ({ ready, leaving, withdrawn }: SlotWorker): WorkerPhase => {
  if (leaving) return 'leaving';
  if (withdrawn) return 'paused';
  return ready ? 'ready' : 'starting';
};
