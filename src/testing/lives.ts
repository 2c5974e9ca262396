import type { SlotRef } from '../host/host.js';
import type { WorkerBehaviour } from './simulatedHost.js';

/** How each process of a simulation behaves. `fork` counts all forks from 1. */
export type Lives = (slotRef: SlotRef, fork: number) => WorkerBehaviour;

/**
 * The first forks behave as listed, in this order, and all later ones as `others`. Default: healthy.
 *
 * @example
 * simulate({ worker: 2 }, { duration: 60_000, workers: byFork([{}, { crashes: { after: 5_000 } }], { leaves: 300 }) });
 */
export const byFork =
  (lives: readonly WorkerBehaviour[], others: WorkerBehaviour = {}): Lives =>
  (_, fork) =>
    lives[fork - 1] ?? others;

/**
 * Every worker of a slot behaves as listed for the slot, and those of other slots as `others`. Default: healthy.
 *
 * @example
 * simulate({ worker: 2 }, { duration: 60_000, workers: bySlot({ 2: { crashes: { after: 5_000 } } }) });
 */
export const bySlot =
  (lives: Readonly<Record<number, WorkerBehaviour>>, others: WorkerBehaviour = {}): Lives =>
  ({ slot }) =>
    lives[slot] ?? others;
