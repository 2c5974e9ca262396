import type { ErrorData } from '../vocabulary/errorData.js';
import type { Address, CoreEvent, EventOf, RotationEvent, WorkerRef } from '../vocabulary/events.js';
import { isSame } from './listeningPlaces.js';
import type { Slice } from './slice.js';
import { advance, type MutableRollProgress, type RollProgress, rollProgress, shrink } from './rollProgress.js';

/** One process in a slot. */
interface WorkerState {
  readonly worker: WorkerRef;
  readonly ready: boolean;
  /** A feature has taken it out of rotation: it serves nobody for now, even if it is ready. */
  readonly withdrawn: boolean;
  /** It was not ready within `readyTimeout`. */
  readonly overdue: boolean;
  /** It was asked to leave, or leaves by itself. It counts as a process, but not as a worker any more. */
  readonly leaving: boolean;
  /** Where it listens. */
  readonly places: readonly Address[];
}

/** A slot and its processes: the worker, perhaps its replacement, perhaps workers that are leaving. */
export interface SlotState {
  readonly slot: number;
  /** False after the cluster was scaled down below it: its workers leave, and nothing is forked. */
  readonly open: boolean;
  readonly workers: ReadonlyMap<number, WorkerState>;
  /** How many of its workers are ready, in rotation and not leaving. */
  readonly ready: number;
  /** Exits on the workers' own account that were charged to the budget since a worker of the slot was last stable. */
  readonly spent: number;
  /** Failed starts before any worker of the cluster was available. */
  readonly failedStarts: number;
  /** It has no worker and gets none before the next roll or scaling. */
  readonly vacant: boolean;
  /** The error with which its respawn policy gave up, if it is vacant for that reason. */
  readonly failure: ErrorData | undefined;
  /** A fork is expected in the slot. */
  readonly pendingFork: boolean;
  /** A replacement is running beside the worker, and it is not decided which one stays. */
  readonly contested: boolean;
  /** The id of that replacement, from its fork until the decision. */
  readonly newcomer: number | undefined;
  /** It has a ready worker, or has not failed since it was last stable. While a slot is viable the cluster does not give up. */
  readonly viable: boolean;
  /** Where its last available worker listens or listened; before the first one, where its first worker that listened did. A replacement has to listen there. */
  readonly places: readonly Address[];
}

/** The result of folding all events so far. */
export interface ClusterState {
  /** By slot, from 1. Slots that have been closed stay in the map. */
  readonly slots: ReadonlyMap<number, SlotState>;
  /** The number of open slots. */
  readonly size: number;
  /** The number of processes that have not exited, those that are leaving included. */
  readonly processes: number;
  /** The number of slots in which a fork is expected. */
  readonly pendingForks: number;
  /** The number of slots with a ready worker that is in rotation. */
  readonly serving: number;
  readonly viable: number;
  readonly vacant: number;
  /** The sum of `spent` of all slots. */
  readonly spent: number;
  /** A worker has been available, so the first start has succeeded. */
  readonly everAvailable: boolean;
  /** A worker has listened. */
  readonly listened: boolean;
  /** The parts of the state that features keep, by the names of the features. */
  readonly slices: ReadonlyMap<string, unknown>;
  readonly roll: RollProgress | undefined;
  readonly stop: EventOf<CoreEvent, 'shutdown'> | undefined;
  readonly gaveUp: EventOf<CoreEvent, 'give-up'> | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface MutableWorkerState extends Writable<WorkerState> {
  readonly places: Address[];
}
interface MutableSlotState extends Writable<SlotState> {
  readonly workers: Map<number, MutableWorkerState>;
  pending: boolean;
}
interface MutableClusterState extends Writable<ClusterState> {
  readonly slots: Map<number, MutableSlotState>;
  roll: MutableRollProgress | undefined;
}

const noPlaces: readonly Address[] = [];
/** The memory for a worker that opens and closes ports all the time is limited. */
const maxPlacesPerWorker = 100;

const closedSlot = (slot: number): MutableSlotState => ({
  slot,
  open: false,
  workers: new Map(),
  ready: 0,
  spent: 0,
  failedStarts: 0,
  vacant: false,
  failure: undefined,
  pending: false,
  contested: false,
  newcomer: undefined,
  pendingFork: false,
  viable: false,
  places: noPlaces,
});

/**
 * The reducer of the core: which worker is in which slot, how many slots serve, how much of the budget is spent, how far a roll has come.
 * `fold` changes `state` in place, so that an event costs as much in a cluster of 200 as in one of 4. It returns whether the event has changed the state.
 */
export const clusterState = (
  size: number,
  slices: ReadonlyMap<string, Slice> = new Map(),
): { readonly state: ClusterState; readonly fold: (event: CoreEvent) => boolean } => {
  const slots = new Map<number, MutableSlotState>();
  const state: MutableClusterState = {
    slots,
    size: 0,
    processes: 0,
    pendingForks: 0,
    serving: 0,
    viable: 0,
    vacant: 0,
    spent: 0,
    everAvailable: false,
    listened: false,
    slices: new Map(Array.from(slices, ([name, { state: slice }]) => [name, slice])),
    roll: undefined,
    stop: undefined,
    gaveUp: undefined,
  };
  const at = (slot: number, change: (slotState: MutableSlotState) => void): true => {
    const slotState = slots.get(slot);
    if (slotState === undefined) return true;
    const { pendingFork, ready, viable, vacant, spent } = slotState;
    change(slotState);
    updateCounts(slotState);
    state.pendingForks += Number(slotState.pendingFork) - Number(pendingFork);
    state.serving += Number(slotState.ready > 0) - Number(ready > 0);
    state.viable += Number(slotState.viable) - Number(viable);
    state.vacant += Number(slotState.vacant) - Number(vacant);
    state.spent += slotState.spent - spent;
    return true;
  };
  const mark = ({ id, slot }: WorkerRef, flag: Partial<WorkerState>) =>
    at(slot, (slotState) => {
      const workerState = slotState.workers.get(id);
      if (workerState !== undefined) Object.assign(workerState, flag);
    });
  /** The slot that the roll replaces, if it is only one; 0 if it is none. */
  let rolledSlot: number | undefined;
  const resize = (size: number) => {
    for (let slot = 1; slot <= size; slot += 1) {
      if (!slots.has(slot)) slots.set(slot, closedSlot(slot));
      at(slot, open);
    }
    for (let slot = size + 1; slot <= state.size; slot += 1) at(slot, close);
    state.size = size;
    if (state.roll !== undefined) shrink(state.roll, size, workersOfClosedSlots(slots, rolledSlot));
    return true;
  };
  resize(size);

  const fold = (event: CoreEvent): boolean => {
    switch (event.type) {
      case 'fork':
        state.processes += 1;
        return at(event.worker.slot, (slotState) => {
          const initial = { ready: false, withdrawn: false, overdue: false, leaving: !slotState.open, places: [] };
          slotState.workers.set(event.worker.id, { worker: event.worker, ...initial });
          if (slotState.contested && event.why === 'roll') slotState.newcomer = event.worker.id;
          slotState.pending = false;
          slotState.vacant = false;
        });
      case 'listening':
        state.listened = true;
        return at(event.worker.slot, (slotState) => listen(slotState, event));
      case 'available':
        state.everAvailable = true;
        return at(event.worker.slot, (slotState) => {
          slotState.places = slotState.workers.get(event.worker.id)?.places ?? slotState.places;
        });
      case 'ready':
        return mark(event.worker, { ready: true });
      case 'overdue':
        return mark(event.worker, { overdue: true });
      case 'stable':
        return at(event.worker.slot, (slotState) => {
          slotState.spent = 0;
        });
      case 'leaving':
      case 'retire':
      case 'kill':
      case 'disconnect':
        return mark(event.worker, { leaving: true });
      case 'exit':
        state.processes -= 1;
        state.roll?.outgoing.delete(event.worker.id);
        return at(event.worker.slot, (slotState) => {
          slotState.workers.delete(event.worker.id);
        });
      case 'backoff':
      case 'degraded':
        return at(event.slot, (slotState) => {
          slotState.spent += Number(event.charged);
          if (!state.everAvailable) slotState.failedStarts += 1;
        });
      case 'vacant':
        return at(event.slot, (slotState) => {
          slotState.vacant = true;
          slotState.failure = event.error;
        });
      case 'scale':
        return event.to !== state.size && resize(event.to);
      case 'restart-begin':
        rolledSlot = event.slots.length === 0 ? 0 : event.slot;
        state.roll = rollProgress(
          event.roll,
          Math.min(rolledSlot ?? state.size, state.size),
          workersOfClosedSlots(slots, rolledSlot),
          event.slot,
        );
        return true;
      case 'replace-begin':
        if (state.roll !== undefined) advance(state.roll, event);
        return at(event.slot, (slotState) => {
          slotState.pending = true;
          slotState.contested = event.overlap && !slotState.vacant;
          slotState.vacant = false;
        });
      case 'replace-end':
      case 'replace-abort':
        return at(event.slot, (slotState) => {
          const replaced = event.type === 'replace-end' ? retireReplaced(slotState, event.worker) : [];
          if (state.roll !== undefined) advance(state.roll, event, replaced);
          endContest(slotState);
        });
      case 'restart-end':
      case 'restart-abort':
        state.roll = undefined;
        for (const { slot, contested } of slots.values()) if (contested) at(slot, endContest);
        return true;
      case 'shutdown':
        state.stop = event;
        return true;
      case 'give-up':
        state.gaveUp = event;
        return true;
      default:
        return turnsRotation(event) && mark(event.worker, { withdrawn: !event.serves });
    }
  };
  return { state, fold };
};

const turnsRotation = (event: object): event is RotationEvent => 'serves' in event && 'worker' in event;

/** Where a replacement listens counts for the slot only after it has become available. */
const listen = (slotState: MutableSlotState, { worker: { id }, address }: EventOf<CoreEvent, 'listening'>): void => {
  const places = slotState.workers.get(id)?.places;
  if (places === undefined) return;
  if (places.length < maxPlacesPerWorker && !places.some((place) => isSame(place, address))) places.push(address);
  if (slotState.places === noPlaces && id !== slotState.newcomer) slotState.places = places;
};

/** An opened slot expects a fork. */
const open = (slotState: MutableSlotState): void => {
  slotState.open = true;
  slotState.vacant = false;
};

/** The workers of a closed slot will be asked to leave, so they count as leaving at once. `updateCounts` resets what the slot has spent. */
const close = (slotState: MutableSlotState): void => {
  slotState.open = false;
  for (const workerState of slotState.workers.values()) workerState.leaving = true;
};

const closedFields = {
  spent: 0,
  failedStarts: 0,
  vacant: false,
  pending: false,
  contested: false,
  newcomer: undefined,
  places: noPlaces,
};

const updateCounts = (slotState: MutableSlotState): void => {
  if (!slotState.open) Object.assign(slotState, closedFields);
  if (!slotState.vacant) slotState.failure = undefined;
  let staying = 0;
  let ready = 0;
  for (const workerState of slotState.workers.values()) {
    if (workerState.leaving) continue;
    staying += 1;
    if (workerState.ready && !workerState.withdrawn) ready += 1;
  }
  slotState.ready = ready;
  slotState.pendingFork = slotState.open && (slotState.pending || (staying === 0 && !slotState.vacant));
  slotState.viable = slotState.open && !slotState.vacant && (ready > 0 || slotState.spent === 0);
};

/** The ids of the workers in slots that have been closed; with `rolledSlot`, only of that slot. */
function* workersOfClosedSlots(slots: ReadonlyMap<number, MutableSlotState>, rolledSlot?: number): Iterable<number> {
  for (const slotState of slots.values()) {
    if (!slotState.open && (rolledSlot === undefined || rolledSlot === slotState.slot)) yield* slotState.workers.keys();
  }
}

/** The replaced workers will be asked to leave, so they count as leaving at once. Returns their ids. */
const retireReplaced = (slotState: MutableSlotState, { id }: WorkerRef): readonly number[] => {
  const old = [...slotState.workers.values()].filter(({ worker }) => worker.id !== id);
  for (const workerState of old) workerState.leaving = true;
  slotState.newcomer = undefined;
  return old.map(({ worker }) => worker.id);
};

/** Ends the contest between the old worker and its replacement. A replacement that has not won counts as leaving. */
const endContest = (slotState: MutableSlotState): void => {
  const loser = slotState.newcomer === undefined ? undefined : slotState.workers.get(slotState.newcomer);
  if (loser !== undefined) loser.leaving = true;
  slotState.newcomer = undefined;
  slotState.contested = false;
  slotState.pending = false;
};
