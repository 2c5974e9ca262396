import cluster from 'node:cluster';
import { MessageError, NotRunningError } from '../vocabulary/errors.js';
import type { WorkerRef } from '../vocabulary/events.js';
import { adviceForWorker } from '../host/processRole.js';
import {
  validateAddress,
  validateRecipient,
  validateSlot,
  validateRestartAddress,
  validateWorker,
} from '../validation/arguments.js';
import { type RunningCluster, runningClusters$ } from './runningClusters.js';

/** Selects one of the running clusters by its name. Default: all of them. */
export interface ClusterAddress {
  /** Its name. */
  readonly cluster?: string;
}

/** Selects one slot, of one running cluster or of all that have it. Default: every slot. */
export interface SlotAddress extends ClusterAddress {
  /** Its number, from 1. */
  readonly slot?: number;
}

/** Selects what is restarted, and says why. */
export interface RestartAddress extends SlotAddress {
  /** The reason that the event `restart` and the log have. Default: `restart()`. */
  readonly why?: string;
}

/** Selects workers: one worker, the worker of a slot (of one cluster or of each), all workers of a cluster, or all workers. */
export type Recipient = Pick<WorkerRef, 'id'> | SlotAddress;

/** A cluster, and the id of the selected worker; `undefined` for all of its workers. */
export interface AddressedWorkers {
  readonly running: RunningCluster;
  readonly id: number | undefined;
}

/**
 * The selected clusters: the one with the name, or all that run, which may be none.
 * Throws `ConfigError` for a wrong address, `NotRunningError` for a name that no running cluster has.
 */
export const addressedClusters = (what: string, to?: ClusterAddress): readonly RunningCluster[] => {
  validateAddress(what, to);
  const name = to?.cluster;
  if (name === undefined) return runningClusters$.value;
  const named = runningClusters$.value.filter((running) => running.name === name);
  if (named.length === 0) {
    throw new NotRunningError(`${what}: expected a running cluster '${name}', there is ${present()}`);
  }
  return named;
};

/** As `addressedClusters`, and throws `NotRunningError` also where no cluster runs. */
export const requireClusters = (what: string, to?: ClusterAddress): readonly RunningCluster[] => {
  const selected = addressedClusters(what, to);
  if (selected.length === 0) {
    throw new NotRunningError(
      cluster.isWorker
        ? `${what}: expected the master of a cluster, this process is a worker. ${adviceForWorker(what.replace('()', ''))}`
        : `${what}: expected a running cluster, there is none. Subscribe to cluster$(conf) first, and again after it has ended`,
    );
  }
  return selected;
};

/** As `requireClusters`, and only those that have the slot, if one is given. Throws `NotRunningError` also where none has it. */
export const requireSlot = (what: string, to?: RestartAddress): readonly RunningCluster[] => {
  validateRestartAddress(what, to);
  const { slot, cluster } = to ?? {};
  const running = requireClusters(what, cluster === undefined ? {} : { cluster });
  if (slot === undefined) return running;
  const selected = running.filter(({ state }) => slot <= state.size);
  if (selected.length === 0) {
    const sizes = running.map(({ name, state }) => `'${name}' has ${state.size}`).join(', ');
    throw new NotRunningError(`${what}: expected an existing slot, got ${slot}; ${sizes}`);
  }
  return selected;
};

/**
 * The selected workers.
 * Throws `ConfigError` for a wrong address, `NotRunningError` where no such cluster runs, `MessageError` where the worker has left, or the slot has no worker.
 */
export const requireWorkers = (what: string, to?: Recipient): readonly AddressedWorkers[] => {
  // A master never uses an id twice, so the id of a worker is enough.
  if (isWorker(to)) {
    validateWorker(`${what}()`, to);
    const running = requireClusters(`${what}()`).find(({ host }) => host.has(to.id));
    if (running === undefined) throw new MessageError(`${what}: worker ${to.id} has left`);
    return [{ running, id: to.id }];
  }
  validateRecipient(`${what}()`, to);
  if (to === undefined || !('slot' in to))
    return requireClusters(`${what}()`, to).map((running) => ({ running, id: undefined }));
  const { slot, ...rest } = to;
  validateSlot(`${what}().slot`, slot);
  const selected = requireClusters(`${what}()`, rest).flatMap((running) => {
    const id = workerOf(running, slot);
    return id === undefined ? [] : [{ running, id }];
  });
  if (selected.length === 0) throw new MessageError(`${what}: slot ${slot} has no worker`);
  return selected;
};

/** Whether a recipient is one worker, and not a slot or a cluster. */
export const isWorker = (to: Recipient | undefined): to is Pick<WorkerRef, 'id'> =>
  typeof to === 'object' && to !== null && 'id' in to;

/** The id of the worker in a slot: one that is ready rather than one that boots, and none that leaves. */
const workerOf = ({ state }: RunningCluster, slot: number | undefined): number | undefined => {
  const present = [...(state.slots.get(slot ?? 0)?.workers.values() ?? [])].filter(({ leaving }) => !leaving);
  return (present.find(({ ready }) => ready) ?? present[0])?.worker.id;
};

const present = (): string => runningClusters$.value.map(({ name }) => `'${name}'`).join(', ') || 'none';
