import type { Letter, Parcel } from './letters.js';
import { stamp } from './letters.js';

/** As many are serialised at once: more would gain nothing, and keep the others waiting. */
const most = 512;
/** As much is serialised at once, in characters. */
const heaviest = 256 * 1024;
/** So much may be under way, in messages of usual weight. Those who receive deal with it in one turn, and nobody else may wait long. */
const window = 8 * most;
/** What counts as one message, in characters. */
const usual = heaviest / most;

export interface Outbox {
  /** Adds a message, or a letter. `weight`: about so many characters. */
  readonly message: (message: unknown, weight: number) => void;
  readonly letter: (letter: Letter, weight: number) => void;
  /** The oldest message goes, and is counted as lost; false where there are letters alone. */
  readonly dropOldest: () => boolean;
  /** Whether a message would be the first of its turn, with nothing before it: it need not wait, and may go by itself. Yes once a turn. */
  readonly first: () => boolean;
  /** Sends all that waits, whether there is room or not. */
  readonly flush: () => void;
  /** All parcels up to this one have been dealt with. */
  readonly taken: (n: number) => void;
  /** How many messages and letters wait. */
  readonly size: () => number;
  /** And their weight, in characters. */
  readonly weight: () => number;
}

interface Run {
  readonly kind: 'messages' | 'letters';
  readonly items: unknown[];
  weight: number;
}

/**
 * What is written in one turn travels together: when there is much of it, at once, and the rest when the turn is over. No more is under way
 * than the other side deals with in a moment; what is above that waits here, in order.
 *
 * `transmit` sends a parcel, `soon` calls when the turn is over, `eased` is told that fewer wait.
 */
export const outbox = (
  transmit: (parcel: Parcel) => void,
  soon: (act: () => void) => void,
  eased: () => void = () => {},
): Outbox => {
  let run: Run = { kind: 'messages', items: [], weight: 0 };
  const sealed: Run[] = [];
  let size = 0;
  let total = 0;
  let lost = 0;
  let sent = 0;
  let received = 0;
  let due = false;

  const room = () => sent - received < window;
  const seal = () => {
    if (run.items.length === 0) return;
    sealed.push(run);
    run = { kind: run.kind, items: [], weight: 0 };
  };
  const ship = ({ kind, items, weight }: Run) => {
    size -= items.length;
    total -= weight;
    const units = Math.max(items.length, Math.ceil(weight / usual));
    sent += units;
    const missing = lost;
    lost = 0;
    try {
      transmit(parcelOf(kind, items, sent, missing));
    } catch (error) {
      // What could not be serialised is not under way, and nothing has been said of what was lost.
      sent -= units;
      lost = missing;
      throw error;
    }
  };
  const ready = () => {
    while (room() && sealed.length > 0) for (const next of sealed.splice(0, 1)) ship(next);
    eased();
  };
  const turn = () => {
    due = false;
    if (room()) seal();
    ready();
  };
  const add = (kind: Run['kind'], item: unknown, weight: number) => {
    if (run.kind !== kind) {
      seal();
      run = { kind, items: [], weight: 0 };
    }
    run.items.push(item);
    run.weight += weight;
    total += weight;
    size += 1;
    if (run.items.length >= most || run.weight >= heaviest) {
      seal();
      ready();
    } else if (!due) {
      due = true;
      soon(turn);
    }
  };

  return {
    message: (message, weight) => add('messages', message, weight),
    letter: (letter, weight) => add('letters', letter, weight),
    dropOldest: () => {
      const first = [...sealed, run].find(({ kind, items }) => kind === 'messages' && items.length > 0);
      if (first === undefined) return false;
      // What one weighs is not known any more, only what all of them do.
      const mean = first.weight / first.items.length;
      first.items.shift();
      first.weight -= mean;
      total -= mean;
      if (first.items.length === 0 && first !== run) sealed.splice(sealed.indexOf(first), 1);
      size -= 1;
      lost += 1;
      return true;
    },
    first: () => {
      if (due || size > 0 || !room()) return false;
      due = true;
      soon(turn);
      return true;
    },
    flush: () => {
      seal();
      for (const next of sealed.splice(0)) ship(next);
    },
    taken: (n) => {
      received = Math.max(received, Math.min(n, sent));
      ready();
      // What had no room when its turn was over.
      if (room() && !due) seal();
      ready();
    },
    size: () => size,
    weight: () => total,
  };
};

/** Written out, since it is done for each: spreading is slow. */
const parcelOf = (kind: Run['kind'], items: unknown[], n: number, lost: number): Parcel => {
  if (kind === 'messages')
    return lost > 0 ? { cmd: stamp, n, lost, messages: items } : { cmd: stamp, n, messages: items };
  // A run is of one kind, which the compiler does not follow.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const letters = items as Letter[];
  return lost > 0 ? { cmd: stamp, n, lost, letters } : { cmd: stamp, n, letters };
};
