import type { ClusterEvent, EventOf, WorkerRef } from '../index.js';
import type { Describe } from './decisions.js';
import type { SlotPhase, SlotStatus, WorkerStatus } from './clusterStatus.js';

/** Phases that end when a worker is forked or ready; the others end by a decision. */
const byWorkers: ReadonlySet<SlotPhase> = new Set(['starting', 'running']);

const serves = ({ state }: WorkerStatus): boolean => state === 'ready' || state === 'available';

/** The slot has a worker that serves. */
export const hasServing = ({ workers }: SlotStatus): boolean => workers.some(serves);

/** The slot with its phase as its workers are. */
export const phaseOfSlot = (slot: SlotStatus): SlotStatus => {
  if (!byWorkers.has(slot.state)) return slot;
  const state = slot.workers.some(({ readyAt, leaving }) => readyAt !== undefined && leaving !== true)
    ? 'running'
    : 'starting';
  return state === slot.state ? slot : { ...slot, state };
};

/** The slot with one of its workers as it is now. */
export const withWorker = (slot: SlotStatus, worker: WorkerStatus): SlotStatus => ({
  ...slot,
  workers: slot.workers.map((other) => (other.id === worker.id ? worker : other)),
});

/** A worker is forked in the slot. */
export const forkedWorker = ({ until: _, ...slot }: SlotStatus, worker: WorkerRef, time: number): SlotStatus => {
  const forked: WorkerStatus = { ...worker, state: 'booting', since: time, forkedAt: time, listens: [] };
  const ended = slot.state === 'backoff' || slot.state === 'vacant';
  return {
    ...slot,
    state: ended ? 'starting' : slot.state,
    generation: Math.max(slot.generation, worker.generation),
    workers: [...slot.workers.filter(({ id }) => id !== worker.id), forked],
  };
};

/** A worker of the slot has exited. */
export const leftSlot = (slot: SlotStatus, event: EventOf<ClusterEvent, 'exit'>, describe: Describe): SlotStatus => {
  const { worker, time, code, signal, reason, uptime } = event;
  const text = describe(event)?.[1] ?? reason;
  return phaseOfSlot({
    ...slot,
    crashes: slot.crashes + Number(reason === 'crash' || reason === 'spawn'),
    lastExit: { worker, time, code, signal, reason, uptime, text },
    workers: slot.workers.filter(({ id }) => id !== worker.id),
  });
};
