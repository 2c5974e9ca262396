import type { ClusterEvent, Of, WorkerRef } from '../events.js';

/** One process in a seat. */
interface Sitter {
  readonly worker: WorkerRef;
  readonly online: boolean;
  readonly ready: boolean;
  /** Asked to leave, or leaving on its own: it counts as a process, no longer as a worker. */
  readonly leaving: boolean;
}

/** One slot and who is there: its worker, perhaps one that comes, perhaps some that go. */
interface Seating {
  readonly slot: number;
  readonly sitters: ReadonlyMap<number, Sitter>;
  /** How many of the sitters are ready. */
  readonly ready: number;
  /** Unasked exits charged to the slot since its worker was last stable. */
  readonly spent: number;
  /** Nobody is here and nobody will be before the next roll. */
  readonly vacant: boolean;
  /** A fork is to be expected here. */
  readonly owed: boolean;
  /** It serves, or has not failed since it was last stable: a reason not to give up. */
  readonly promising: boolean;
}

/** How far the roll that is under way has come. */
interface RollRecord {
  readonly roll: number;
  readonly underWay: ReadonlySet<number>;
  readonly replaced: ReadonlySet<number>;
  /** The workers that were replaced and have not exited. */
  readonly outgoing: ReadonlySet<number>;
  readonly failed: Of<ClusterEvent, 'replace-abort'> | undefined;
}

/** What the events so far add up to. */
export interface Census {
  readonly seats: ReadonlyMap<number, Seating>;
  /** Processes that have not exited, leaving ones included. */
  readonly processes: number;
  /** Processes that are on their way out. */
  readonly leaving: number;
  /** Seats to which a fork is owed. */
  readonly owed: number;
  /** Seats with a ready worker. */
  readonly serving: number;
  readonly promising: number;
  readonly vacant: number;
  /** The sum of what the seats have spent. */
  readonly spent: number;
  /** Some worker has listened. */
  readonly listened: boolean;
  readonly roll: RollRecord | undefined;
  readonly stop: Of<ClusterEvent, 'shutdown'> | undefined;
  readonly gaveUp: Of<ClusterEvent, 'give-up'> | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface OpenSeat extends Writable<Seating> {
  readonly sitters: Map<number, Writable<Sitter>>;
  pending: boolean;
  leaving: number;
  /** A replacement is being tried beside the worker that is there. */
  trial: boolean;
  newcomer: number | undefined;
}
interface OpenRoll extends Writable<RollRecord> {
  readonly underWay: Set<number>;
  readonly replaced: Set<number>;
  readonly outgoing: Set<number>;
}
interface OpenCensus extends Writable<Census> {
  readonly seats: Map<number, OpenSeat>;
  roll: OpenRoll | undefined;
}

const emptySeat = (slot: number): OpenSeat => ({
  slot,
  sitters: new Map(),
  ready: 0,
  leaving: 0,
  spent: 0,
  vacant: false,
  pending: false,
  trial: false,
  newcomer: undefined,
  owed: true,
  promising: true,
});

/**
 * Counts as the events go by: who sits where, how many serve, what is spent of the budget, how far a roll has come.
 * `fold` takes an event into `state`, in place (a cluster of 200 pays for an event what one of 4 does),
 * and is false for an event that changes nothing.
 */
export const census = (slots: number): { readonly state: Census; readonly fold: (event: ClusterEvent) => boolean } => {
  const seats = new Map(Array.from({ length: slots }, (_, index) => [index + 1, emptySeat(index + 1)]));
  const state: OpenCensus = {
    seats,
    processes: 0,
    leaving: 0,
    owed: slots,
    serving: 0,
    promising: slots,
    vacant: 0,
    spent: 0,
    listened: false,
    roll: undefined,
    stop: undefined,
    gaveUp: undefined,
  };
  const at = (slot: number, change: (seat: OpenSeat) => void): true => {
    const seat = seats.get(slot);
    if (seat === undefined) return true;
    const before = { ...seat };
    change(seat);
    tally(seat);
    state.leaving += seat.leaving - before.leaving;
    state.owed += Number(seat.owed) - Number(before.owed);
    state.serving += Number(seat.ready > 0) - Number(before.ready > 0);
    state.promising += Number(seat.promising) - Number(before.promising);
    state.vacant += Number(seat.vacant) - Number(before.vacant);
    state.spent += seat.spent - before.spent;
    return true;
  };
  const mark = ({ id, slot }: WorkerRef, flag: Partial<Sitter>) =>
    at(slot, (seat) => {
      const sitter = seat.sitters.get(id);
      if (sitter !== undefined) Object.assign(sitter, flag);
    });

  const fold = (event: ClusterEvent): boolean => {
    switch (event.type) {
      case 'fork':
        state.processes += 1;
        return at(event.worker.slot, (seat) => {
          seat.sitters.set(event.worker.id, { worker: event.worker, online: false, ready: false, leaving: false });
          if (seat.trial && event.why === 'roll') seat.newcomer = event.worker.id;
          seat.pending = false;
          seat.vacant = false;
        });
      case 'online':
        return mark(event.worker, { online: true });
      case 'listening':
        state.listened = true;
        return true;
      case 'ready':
        return mark(event.worker, { ready: true });
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
          seat.sitters.delete(event.worker.id);
        });
      case 'backoff':
      case 'degraded':
        return at(event.slot, (seat) => {
          seat.spent += Number(event.charged);
        });
      case 'vacant':
        return at(event.slot, (seat) => {
          seat.vacant = true;
        });
      case 'restart-begin':
        state.roll = {
          roll: event.roll,
          underWay: new Set(),
          replaced: new Set(),
          outgoing: new Set(),
          failed: undefined,
        };
        return true;
      case 'replace-begin':
        state.roll?.underWay.add(event.slot);
        return at(event.slot, (seat) => {
          seat.pending = true;
          seat.trial = event.overlap && !seat.vacant;
          seat.vacant = false;
        });
      case 'replace-end':
      case 'replace-abort':
        if (state.roll?.roll === event.roll) settle(state.roll, event);
        return at(event.slot, (seat) => {
          if (event.type === 'replace-end') for (const id of giveWay(seat, event.worker)) state.roll?.outgoing.add(id);
          conclude(seat);
        });
      case 'restart-end':
      case 'restart-abort':
        state.roll = undefined;
        for (const { slot, trial } of seats.values()) if (trial) at(slot, conclude);
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

const tally = (seat: OpenSeat): void => {
  let staying = 0;
  let ready = 0;
  for (const sitter of seat.sitters.values()) {
    if (sitter.leaving) continue;
    staying += 1;
    if (sitter.ready) ready += 1;
  }
  seat.ready = ready;
  seat.leaving = seat.sitters.size - staying;
  seat.owed = seat.pending || (staying === 0 && !seat.vacant);
  seat.promising = !seat.vacant && (ready > 0 || seat.spent === 0);
};

const settle = (roll: OpenRoll, event: Of<ClusterEvent, 'replace-end' | 'replace-abort'>): void => {
  roll.underWay.delete(event.slot);
  if (event.type === 'replace-end') roll.replaced.add(event.slot);
  else roll.failed ??= event;
};

/** Who has been replaced is as good as asked to leave. */
const giveWay = (seat: OpenSeat, { id }: WorkerRef): readonly number[] => {
  const old = [...seat.sitters.values()].filter(({ worker }) => worker.id !== id);
  for (const sitter of old) sitter.leaving = true;
  seat.newcomer = undefined;
  return old.map(({ worker }) => worker.id);
};

/** A trial is over; a newcomer that has not won has lost, and is as good as asked to leave. */
const conclude = (seat: OpenSeat): void => {
  const loser = seat.newcomer === undefined ? undefined : seat.sitters.get(seat.newcomer);
  if (loser !== undefined) loser.leaving = true;
  seat.newcomer = undefined;
  seat.trial = false;
  seat.pending = false;
};
