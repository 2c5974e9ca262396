import { runningClusters, type ClusterAddress } from './clusterAddress.js';
import { MessageError } from '../vocabulary/errors.js';
import type { WorkerRef } from '../vocabulary/events.js';
import type { RunningCluster } from '../registry/runningClusters.js';
import { validateRecipient, validateSlot, validateWorker } from '../config/validate.js';

/** Who is meant: one worker, who sits in a slot (of each cluster, or of the one that is named), all of a cluster, or all there are. */
export type Recipient = Pick<WorkerRef, 'id'> | (ClusterAddress & { readonly slot?: number });

/** A cluster, and which of its workers are meant: one by its id, or all. */
export interface AddressedWorkers {
  readonly running: RunningCluster;
  readonly id: number | undefined;
}

/**
 * Throws `ConfigError` for an address that is none, `NotRunningError` where no such cluster runs, `MessageError` where the worker, or anybody in the slot, is not there any more.
 */
export const recipients = (what: string, to?: Recipient): readonly AddressedWorkers[] => {
  // Ids are given once in a master, so a worker's is address enough.
  if (isWorker(to)) {
    validateWorker(`${what}()`, to);
    const running = runningClusters(`${what}()`).find(({ host }) => host.has(to.id));
    if (running === undefined) throw new MessageError(`${what}: worker ${to.id} is not there any more`);
    return [{ running, id: to.id }];
  }
  validateRecipient(`${what}()`, to);
  if (to === undefined || !('slot' in to))
    return runningClusters(`${what}()`, to).map((running) => ({ running, id: undefined }));
  const { slot, ...rest } = to;
  validateSlot(`${what}().slot`, slot);
  const meant = runningClusters(`${what}()`, rest).flatMap((running) => {
    const id = sitter(running, slot);
    return id === undefined ? [] : [{ running, id }];
  });
  if (meant.length === 0) throw new MessageError(`${what}: nobody sits in slot ${slot}`);
  return meant;
};

const isWorker = (to: Recipient | undefined): to is Pick<WorkerRef, 'id'> =>
  typeof to === 'object' && to !== null && 'id' in to;

/** Its worker: one that is ready before one that boots, and none that leaves. */
const sitter = ({ state }: RunningCluster, slot: number | undefined): number | undefined => {
  const there = [...(state.slots.get(slot ?? 0)?.workers.values() ?? [])].filter(({ leaving }) => !leaving);
  return (there.find(({ ready }) => ready) ?? there[0])?.worker.id;
};
