import type { ErrorData } from '../vocabulary/errorData.js';
import type { Address, CoreEvent, EventOf, WorkerRef } from '../vocabulary/events.js';
import { isSame } from './listeningPlaces.js';
import type { Slice } from './slice.js';
import { advance, type MutableRollProgress, type RollProgress, rollProgress, shrink } from './rollProgress.js';

/** One process in a seat. */
interface WorkerState {
  readonly worker: WorkerRef;
  readonly ready: boolean;
  /** It was not ready in time. */
  readonly overdue: boolean;
  /** Asked to leave, or leaving on its own: it counts as a process, no longer as a worker. */
  readonly leaving: boolean;
  /** Where it listens. */
  readonly places: readonly Address[];
}

/** One slot and who is there: its worker, perhaps one that comes, perhaps some that go. */
export interface SlotState {
  readonly slot: number;
  /** False once the cluster has been scaled down below it: who is there goes, and nobody comes. */
  readonly open: boolean;
  readonly workers: ReadonlyMap<number, WorkerState>;
  /** How many of the sitters are ready. */
  readonly ready: number;
  /** Unasked exits charged to the slot since its worker was last stable. */
  readonly spent: number;
  /** How often it could not start before any worker of the cluster was available. */
  readonly failedStarts: number;
  /** Nobody is here and nobody will be before the next roll or scaling. */
  readonly vacant: boolean;
  /** It is vacant because its respawn policy gave up, with this error. */
  readonly failure: ErrorData | undefined;
  /** A fork is to be expected here. */
  readonly pendingFork: boolean;
  /** A replacement is being tried beside the worker that is there. */
  readonly trial: boolean;
  /** It serves, or has not failed since it was last stable: a reason not to give up. */
  readonly viable: boolean;
  /** Where its last available worker listens, or listened; before there was one, its first that listened. A replacement has to listen there. */
  readonly places: readonly Address[];
}

/** What the events so far add up to. */
export interface ClusterState {
  /** By slot, from 1; those that have been closed stay known. */
  readonly slots: ReadonlyMap<number, SlotState>;
  /** How many slots there are to be. */
  readonly size: number;
  /** Processes that have not exited, leaving ones included. */
  readonly processes: number;
  /** Seats to which a fork is owed. */
  readonly pendingForks: number;
  /** Seats with a ready worker. */
  readonly serving: number;
  readonly viable: number;
  readonly vacant: number;
  /** The sum of what the slots have spent. */
  readonly spent: number;
  /** Some worker has been available: the first start has succeeded. */
  readonly begun: boolean;
  /** Some worker has listened. */
  readonly listened: boolean;
  /** The parts of the state that features keep, by the names of the features. */
  readonly slices: ReadonlyMap<string, unknown>;
  readonly roll: RollProgress | undefined;
  readonly stop: EventOf<CoreEvent, 'shutdown'> | undefined;
  readonly gaveUp: EventOf<CoreEvent, 'give-up'> | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface OpenSitter extends Writable<WorkerState> {
  readonly places: Address[];
}
interface MutableSlotState extends Writable<SlotState> {
  readonly workers: Map<number, OpenSitter>;
  pending: boolean;
  newcomer: number | undefined;
}
interface MutableClusterState extends Writable<ClusterState> {
  readonly slots: Map<number, MutableSlotState>;
  roll: MutableRollProgress | undefined;
}

const nowhere: readonly Address[] = [];
/** Who opens and closes ports all the time has only so many remembered. */
const mostPlaces = 100;

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
  trial: false,
  newcomer: undefined,
  pendingFork: false,
  viable: false,
  places: nowhere,
});

/**
 * Counts as the events go by: who sits where, how many serve, what is spent of the budget, how far a roll has come.
 * `fold` takes an event into `state`, in place (a cluster of 200 pays for an event what one of 4 does),
 * and is false for an event that changes nothing.
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
    begun: false,
    listened: false,
    slices: new Map(Array.from(slices, ([name, { state: slice }]) => [name, slice])),
    roll: undefined,
    stop: undefined,
    gaveUp: undefined,
  };
  const at = (slot: number, change: (seat: MutableSlotState) => void): true => {
    const seat = slots.get(slot);
    if (seat === undefined) return true;
    const { pendingFork, ready, viable, vacant, spent } = seat;
    change(seat);
    tally(seat);
    state.pendingForks += Number(seat.pendingFork) - Number(pendingFork);
    state.serving += Number(seat.ready > 0) - Number(ready > 0);
    state.viable += Number(seat.viable) - Number(viable);
    state.vacant += Number(seat.vacant) - Number(vacant);
    state.spent += seat.spent - spent;
    return true;
  };
  const mark = ({ id, slot }: WorkerRef, flag: Partial<WorkerState>) =>
    at(slot, (seat) => {
      const sitter = seat.workers.get(id);
      if (sitter !== undefined) Object.assign(sitter, flag);
    });
  /** The one slot that the roll is for, if it is not for all; 0 if it is for none. */
  let only: number | undefined;
  const resize = (size: number) => {
    for (let slot = 1; slot <= size; slot += 1) {
      if (!slots.has(slot)) slots.set(slot, closedSlot(slot));
      at(slot, open);
    }
    for (let slot = size + 1; slot <= state.size; slot += 1) at(slot, close);
    state.size = size;
    if (state.roll !== undefined) shrink(state.roll, size, outside(slots, only));
    return true;
  };
  resize(size);

  const fold = (event: CoreEvent): boolean => {
    switch (event.type) {
      case 'fork':
        state.processes += 1;
        return at(event.worker.slot, (seat) => {
          const far = { ready: false, overdue: false, leaving: !seat.open, places: [] };
          seat.workers.set(event.worker.id, { worker: event.worker, ...far });
          if (seat.trial && event.why === 'roll') seat.newcomer = event.worker.id;
          seat.pending = false;
          seat.vacant = false;
        });
      case 'listening':
        state.listened = true;
        return at(event.worker.slot, (seat) => listen(seat, event));
      case 'available':
        state.begun = true;
        return at(event.worker.slot, (seat) => {
          seat.places = seat.workers.get(event.worker.id)?.places ?? seat.places;
        });
      case 'ready':
        return mark(event.worker, { ready: true });
      case 'overdue':
        return mark(event.worker, { overdue: true });
      case 'stable':
        return at(event.worker.slot, (seat) => {
          seat.spent = 0;
        });
      case 'leaving':
      case 'retire':
      case 'kill':
      case 'disconnect':
        return mark(event.worker, { leaving: true });
      case 'exit':
        state.processes -= 1;
        state.roll?.outgoing.delete(event.worker.id);
        return at(event.worker.slot, (seat) => {
          seat.workers.delete(event.worker.id);
        });
      case 'backoff':
      case 'degraded':
        return at(event.slot, (seat) => {
          seat.spent += Number(event.charged);
          if (!state.begun) seat.failedStarts += 1;
        });
      case 'vacant':
        return at(event.slot, (seat) => {
          seat.vacant = true;
          seat.failure = event.error;
        });
      case 'scale':
        return event.to !== state.size && resize(event.to);
      case 'restart-begin':
        only = event.slots.length === 0 ? 0 : event.slot;
        state.roll = rollProgress(
          event.roll,
          Math.min(only ?? state.size, state.size),
          outside(slots, only),
          event.slot,
        );
        return true;
      case 'replace-begin':
        if (state.roll !== undefined) advance(state.roll, event);
        return at(event.slot, (seat) => {
          seat.pending = true;
          seat.trial = event.overlap && !seat.vacant;
          seat.vacant = false;
        });
      case 'replace-end':
      case 'replace-abort':
        return at(event.slot, (seat) => {
          const replaced = event.type === 'replace-end' ? giveWay(seat, event.worker) : [];
          if (state.roll !== undefined) advance(state.roll, event, replaced);
          conclude(seat);
        });
      case 'restart-end':
      case 'restart-abort':
        state.roll = undefined;
        for (const { slot, trial } of slots.values()) if (trial) at(slot, conclude);
        return true;
      case 'shutdown':
        state.stop = event;
        return true;
      case 'give-up':
        state.gaveUp = event;
        return true;
      default:
        return false;
    }
  };
  return { state, fold };
};

/** A replacement that is tried says nothing yet of where a worker of the slot has to listen. */
const listen = (seat: MutableSlotState, { worker: { id }, address }: EventOf<CoreEvent, 'listening'>): void => {
  const places = seat.workers.get(id)?.places;
  if (places === undefined) return;
  if (places.length < mostPlaces && !places.some((place) => isSame(place, address))) places.push(address);
  if (seat.places === nowhere && id !== seat.newcomer) seat.places = places;
};

/** Somebody is to be there; who has been before is not asked for. */
const open = (seat: MutableSlotState): void => {
  seat.open = true;
  seat.vacant = false;
};

/** Whoever is there is as good as asked to leave, and what the slot has spent is nobody's any more. */
const close = (seat: MutableSlotState): void => {
  seat.open = false;
  for (const sitter of seat.workers.values()) sitter.leaving = true;
};

const unused = {
  spent: 0,
  failedStarts: 0,
  vacant: false,
  pending: false,
  trial: false,
  newcomer: undefined,
  places: nowhere,
};

const tally = (seat: MutableSlotState): void => {
  if (!seat.open) Object.assign(seat, unused);
  if (!seat.vacant) seat.failure = undefined;
  let staying = 0;
  let ready = 0;
  for (const sitter of seat.workers.values()) {
    if (sitter.leaving) continue;
    staying += 1;
    if (sitter.ready) ready += 1;
  }
  seat.ready = ready;
  seat.pendingFork = seat.open && (seat.pending || (staying === 0 && !seat.vacant));
  seat.viable = seat.open && !seat.vacant && (ready > 0 || seat.spent === 0);
};

/** Those who are still there in slots that have been closed, or in the one that counts. */
function* outside(slots: ReadonlyMap<number, MutableSlotState>, only?: number): Iterable<number> {
  for (const seat of slots.values()) {
    if (!seat.open && (only === undefined || only === seat.slot)) yield* seat.workers.keys();
  }
}

/** Who has been replaced is as good as asked to leave. */
const giveWay = (seat: MutableSlotState, { id }: WorkerRef): readonly number[] => {
  const old = [...seat.workers.values()].filter(({ worker }) => worker.id !== id);
  for (const sitter of old) sitter.leaving = true;
  seat.newcomer = undefined;
  return old.map(({ worker }) => worker.id);
};

/** A trial is over; a newcomer that has not won has lost, and is as good as asked to leave. */
const conclude = (seat: MutableSlotState): void => {
  const loser = seat.newcomer === undefined ? undefined : seat.workers.get(seat.newcomer);
  if (loser !== undefined) loser.leaving = true;
  seat.newcomer = undefined;
  seat.trial = false;
  seat.pending = false;
};
