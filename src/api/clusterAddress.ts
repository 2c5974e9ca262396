import cluster from 'node:cluster';
import { constants } from 'node:os';
import { NotRunningError } from '../vocabulary/errors.js';
import { inWorker } from '../host/processRole.js';
import { type RunningCluster, runningClusters$ } from '../registry/runningClusters.js';
import { validateAddress, validateSlotAddress } from '../config/validate.js';

/** Which of the running clusters is meant. Default: all of them. */
export interface ClusterAddress {
  /** Its name. */
  readonly cluster?: string;
}

/** Which slot is meant, of all running clusters that have it or of one. Default: every slot. */
export interface SlotAddress extends ClusterAddress {
  /** Its number, from 1. */
  readonly slot?: number;
}

/** What an emitter, a timer or an Observable hands over to its callback: no address. */
export type Handed = readonly [value: string | number | Event, ...more: readonly unknown[]];

/**
 * The address that a function was called with which is also passed as a callback, if it is one: `process.on('SIGUSR1', restart)`, `timer(5_000).subscribe(shutdown)`.
 * Several arguments, a number, the name of a signal and an object of a class, such as an `Event`, come from whoever calls back. All else is to be checked.
 */
export const addressIn = (given: readonly unknown[]): unknown => {
  const [first] = given;
  return given.length > 1 || typeof first === 'number' || isSignal(first) || isInstance(first) ? undefined : first;
};

const isSignal = (value: unknown): boolean => typeof value === 'string' && Object.hasOwn(constants.signals, value);

const isInstance = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && prototype !== Object.prototype;
};

/**
 * The clusters that are meant: the one that is named, or all that run, which may be none.
 * Throws `ConfigError` for an address that is none, `NotRunningError` for a name that no running cluster has.
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

/** The same, where something must run. */
export const runningClusters = (what: string, to?: ClusterAddress): readonly RunningCluster[] => {
  const meant = addressedClusters(what, to);
  if (meant.length === 0) {
    throw new NotRunningError(
      cluster.isWorker
        ? `${what}: expected the master of a cluster, this process is a worker. ${inWorker(what.replace('()', ''))}`
        : `${what}: expected a running cluster, there is none. Subscribe cluster$(conf) first; after its end, anew`,
    );
  }
  return meant;
};

/**
 * The same, of which only those are meant that have the slot, if one is named. Throws `ConfigError` for an address that is none,
 * `NotRunningError` where no such cluster runs, and where none has the slot.
 */
export const someWithSlot = (what: string, to?: SlotAddress): readonly RunningCluster[] => {
  validateSlotAddress(what, to);
  const { slot, cluster } = to ?? {};
  const running = runningClusters(what, cluster === undefined ? {} : { cluster });
  if (slot === undefined) return running;
  const meant = running.filter(({ state }) => slot <= state.size);
  if (meant.length === 0) {
    const sizes = running.map(({ name, state }) => `'${name}' has ${state.size}`).join(', ');
    throw new NotRunningError(`${what}: expected a slot that there is, got ${slot}; ${sizes}`);
  }
  return meant;
};

const present = (): string => runningClusters$.value.map(({ name }) => `'${name}'`).join(', ') || 'none';
