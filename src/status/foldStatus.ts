import { type ClusterEvent, describeEvent, type WorkerRef } from '../index.js';
import type { ClusterStatus, MasterStatus, SlotStatus, WorkerStatus } from './clusterStatus.js';
import { type Describe, withDecision } from './decisions.js';
import { forkedWorker, hasServing, leftSlot, phaseOfSlot, withWorker } from './slots.js';
import { foldWorker } from './workers.js';

/** Clusters that have ended are remembered up to this number. */
const maxClusters = 100;

/**
 * The status of a master after one more event. A reducer: the status before is not changed, and what has not changed is shared.
 *
 * @example
 * const status$ = events$.pipe(scan(foldStatus, []));
 */
export const foldStatus = (status: MasterStatus, event: ClusterEvent): MasterStatus =>
  foldEvent(status, event, describeEvent);

/** The same, with another function for the sentences: for programs that get them with the events, and do not load the log. */
export const foldEvent = (status: MasterStatus, event: ClusterEvent, describe: Describe): MasterStatus => {
  if (event.type === 'message' || event.cluster === '') return status;
  const at = status.findIndex(({ cluster }) => cluster === event.cluster);
  const before = status[at];
  // The first event of another run.
  if (before === undefined || (before.phase === 'ended' && event.type !== 'end')) {
    const others = status.filter((_, index) => index !== at).slice(1 - maxClusters);
    return [...others, next(newCluster(event), event, describe)];
  }
  const after = next(before, event, describe);
  return after === before ? status : status.with(at, after);
};

const newCluster = ({ cluster, time }: ClusterEvent): ClusterStatus => ({
  cluster,
  phase: 'starting',
  size: 0,
  ready: 0,
  startedAt: time,
  restarts: 0,
  crashes: 0,
  slots: [],
  standby: [],
  decisions: [],
});

const next = (before: ClusterStatus, event: ClusterEvent, describe: Describe): ClusterStatus =>
  withDecision(fold(before, event, describe), event, describe);

const fold = (cluster: ClusterStatus, event: ClusterEvent, describe: Describe): ClusterStatus => {
  switch (event.type) {
    case 'fork':
      return fork(withoutStandby(cluster, event.worker), event);
    case 'exit': {
      const crashed = event.reason === 'crash' || event.reason === 'spawn';
      const left = atSlot(withoutStandby(cluster, event.worker), event.worker.slot, (slot) =>
        leftSlot(slot, event, describe),
      );
      return { ...left, crashes: left.crashes + Number(crashed), slots: withoutClosed(left.slots, event.worker.slot) };
    }
    case 'started':
      return cluster.phase === 'starting' ? { ...cluster, phase: 'running' } : cluster;
    case 'scale':
      return resize(cluster, event.to);
    case 'backoff':
    case 'degraded': {
      const until = event.delay === undefined ? {} : { until: event.time + event.delay };
      return atSlot(cluster, event.slot, ({ until: _, ...slot }) => ({ ...slot, state: 'backoff', ...until }));
    }
    case 'vacant':
      return atSlot(cluster, event.slot, ({ until: _, ...slot }) => ({ ...slot, state: 'vacant' }));
    case 'restart-begin': {
      const roll = { roll: event.roll, since: event.time, slots: event.slots, replaced: [] };
      return { ...cluster, phase: cluster.phase === 'running' ? 'restarting' : cluster.phase, roll };
    }
    case 'replace-begin':
      return atSlot(cluster, event.slot, ({ until: _, ...slot }) => ({ ...slot, state: 'replacing' }));
    case 'replace-end': {
      const { roll } = cluster;
      const replaced = atSlot(cluster, event.slot, (slot) =>
        phaseOfSlot({ ...slot, state: 'starting', restarts: slot.restarts + 1 }),
      );
      return roll === undefined
        ? replaced
        : { ...replaced, roll: { ...roll, replaced: [...roll.replaced, event.slot] } };
    }
    case 'replace-abort':
      return atSlot(cluster, event.slot, (slot) => phaseOfSlot({ ...slot, state: 'starting' }));
    case 'restart-end':
    case 'restart-abort': {
      const { outcome, replaced, kept, cause } = event.result;
      const why = cause === undefined ? {} : { why: cause.why };
      const lastRoll = { roll: event.roll, time: event.time, outcome, replaced, kept, ...why };
      const { roll: _, ...rest } = cluster;
      const phase = cluster.phase === 'restarting' ? 'running' : cluster.phase;
      return { ...rest, phase, restarts: cluster.restarts + 1, lastRoll };
    }
    case 'shutdown':
      return { ...cluster, phase: 'shutting-down' };
    case 'end':
      return { ...cluster, phase: 'ended' };
    case 'standby-begin':
      return { ...cluster, standby: [...withoutStandby(cluster, event.worker).standby, event.worker] };
    case 'standby-end':
      return withoutStandby(cluster, event.worker);
    default:
      return 'worker' in event && event.worker !== undefined ? ofWorker(cluster, event.worker, event) : cluster;
  }
};

/** What happens to a worker, and nothing else. */
const ofWorker = (cluster: ClusterStatus, { id, slot }: WorkerRef, event: ClusterEvent): ClusterStatus =>
  atSlot(cluster, slot, (slotStatus) => {
    const before = slotStatus.workers.find((worker) => worker.id === id);
    if (before === undefined) return slotStatus;
    const after: WorkerStatus = foldWorker(before, event);
    return after === before ? slotStatus : phaseOfSlot(withWorker(slotStatus, after));
  });

const fork = (
  cluster: ClusterStatus,
  { worker, time, why }: ClusterEvent & { readonly type: 'fork' },
): ClusterStatus => {
  // The number of slots at the start is that of the first forks.
  const sized = why === 'start' && worker.slot > cluster.size ? resize(cluster, worker.slot) : cluster;
  const known = placeOf(sized.slots, worker.slot) !== -1;
  const slots = known ? sized.slots : inOrder([...sized.slots, newSlot(worker.slot)]);
  return atSlot({ ...sized, slots }, worker.slot, (slot) => forkedWorker(slot, worker, time));
};

const newSlot = (slot: number): SlotStatus => ({
  slot,
  state: 'starting',
  generation: 0,
  restarts: 0,
  crashes: 0,
  workers: [],
});

const inOrder = (slots: readonly SlotStatus[]): readonly SlotStatus[] =>
  slots.toSorted((one, other) => one.slot - other.slot);

const resize = (cluster: ClusterStatus, size: number): ClusterStatus => {
  const { slots, size: before } = cluster;
  const isWhole = slots.length === before && slots.at(-1)?.slot === before;
  // At the start the slots come one by one.
  if (isWhole && size > before) {
    const opened = Array.from({ length: size - before }, (_, index) => newSlot(before + index + 1));
    return { ...cluster, size, slots: [...slots, ...opened] };
  }
  const kept = cluster.slots.flatMap((slot): readonly SlotStatus[] => {
    if (slot.slot > size) return slot.workers.length === 0 ? [] : [{ ...slot, state: 'closing' }];
    return slot.state === 'closing' ? [phaseOfSlot({ ...slot, state: 'starting' })] : [slot];
  });
  const known = new Set(kept.map(({ slot }) => slot));
  const opened = Array.from({ length: size }, (_, index) => index + 1).filter((slot) => !known.has(slot));
  return { ...cluster, size, slots: inOrder([...kept, ...opened.map(newSlot)]) };
};

const atSlot = (
  cluster: ClusterStatus,
  slot: number,
  change: (slotStatus: SlotStatus) => SlotStatus,
): ClusterStatus => {
  const at = placeOf(cluster.slots, slot);
  const before = cluster.slots[at];
  if (before === undefined) return cluster;
  const after = change(before);
  if (after === before) return cluster;
  // Only this slot is counted again: with all of them the cost of an event would grow with the cluster.
  const ready = cluster.ready + Number(hasServing(after)) - Number(hasServing(before));
  return { ...cluster, ready, slots: cluster.slots.with(at, after) };
};

/** Mostly no number is missing, so the slot is where its number says. */
const placeOf = (slots: readonly SlotStatus[], slot: number): number =>
  slots[slot - 1]?.slot === slot ? slot - 1 : slots.findIndex((slotStatus) => slotStatus.slot === slot);

/** A slot that was closed goes with its last worker. */
const withoutClosed = (slots: readonly SlotStatus[], slot: number): readonly SlotStatus[] => {
  const at = placeOf(slots, slot);
  const left = slots[at];
  return left?.state === 'closing' && left.workers.length === 0 ? slots.toSpliced(at, 1) : slots;
};

const withoutStandby = (cluster: ClusterStatus, { id }: WorkerRef): ClusterStatus =>
  cluster.standby.some((worker) => worker.id === id)
    ? { ...cluster, standby: cluster.standby.filter((worker) => worker.id !== id) }
    : cluster;
