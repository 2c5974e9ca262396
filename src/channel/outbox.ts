import type { Frame, Batch } from './frames.js';
import { batchCommand } from './frames.js';

/** As many are serialised at once: more would gain nothing, and keep the others waiting. */
const most = 512;
/** As much is serialised at once, in characters. */
const heaviest = 256 * 1024;
/** So much may be under way, in messages of usual weight. Those who receive deal with it in one turn, and nobody else may wait long. */
const window = 8 * most;
/** What counts as one message, in characters. */
const usual = heaviest / most;
/** A turn that was over so soon after the one before it follows closely, and so long messages wait for those of the next turns, in ms. */
const closely = 1;

/** Of the loop. */
export interface Turns {
  /** Calls when the turn is over. */
  readonly soon: (act: () => void) => void;
  /** In ms. */
  readonly now: () => number;
}

export interface Outbox {
  /** Adds a message, or a letter. `weight`: about so many characters. */
  readonly message: (message: unknown, weight: number) => void;
  readonly letter: (letter: Frame, weight: number) => void;
  /** The oldest message goes, and is counted as lost; false where there are letters alone. */
  readonly dropOldest: () => boolean;
  /** Whether a message would be the first for a turn or more, with nothing before it: it need not wait, and may go by itself. */
  readonly first: () => boolean;
  /** Sends all that waits, whether there is room or not. */
  readonly flush: () => void;
  /** The same, and from now on everything at once: no turn follows. */
  readonly end: () => void;
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
 * What is written in one turn travels together: when there is much of it, or a letter is the first, at once, and the rest when the turn is over. Where one turn with messages follows the other,
 * those of a millisecond travel together: to send costs more than what is sent. No more is under way
 * than the other side deals with in a moment; what is above that waits here, in order.
 *
 * ```
 * turns    --|--|--|--|--|--|
 * written  a----bc----------
 * parcels  --a-----(bc)-----
 *
 * written  a--b--c--d-------      each of these turns takes some µs
 * parcels  --a------------(bcd)
 * ```
 *
 * `transmit` sends a parcel, `eased` is told that fewer wait.
 */
export const outbox = (
  transmit: (parcel: Batch) => void,
  { soon, now }: Turns,
  eased: () => void = () => {},
): Outbox => {
  let run: Run = { kind: 'messages', items: [], weight: 0 };
  const sealed: Run[] = [];
  let size = 0;
  let total = 0;
  let lost = 0;
  let sent = 0;
  let received = 0;
  /** The end of this turn is waited for; something has been written in it, and in the one before, which was over at `last`. */
  let due = false;
  let written = false;
  let before = false;
  let last = 0;
  /** No turn follows. */
  let ended = false;
  /** Since when messages wait for those of further turns. */
  let held: number | undefined;

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
  const shipNext = () => {
    for (const next of sealed.splice(0, 1)) ship(next);
  };
  const ready = () => {
    while (room() && sealed.length > 0) shipNext();
    eased();
  };
  const flush = () => {
    seal();
    while (sealed.length > 0) shipNext();
  };
  const waits = (at: number): boolean => {
    const follows = written && before && at - last < closely;
    if (!follows || run.kind === 'letters' || sealed.length > 0) return false;
    held ??= at;
    return at - held < closely;
  };
  const turn = () => {
    const at = now();
    const wait = waits(at);
    due = false;
    before = written;
    written = false;
    last = at;
    // Whether another follows is seen at its end.
    if (before) expectEnd();
    if (wait) return;
    held = undefined;
    if (room()) seal();
    ready();
  };
  const expectEnd = () => {
    if (due) return;
    due = true;
    soon(turn);
  };
  const isFirst = () => !due && size === 0 && room();
  const add = (kind: Run['kind'], item: unknown, weight: number) => {
    // Somebody waits for a letter.
    const atOnce = kind === 'letters' && isFirst();
    if (run.kind !== kind) {
      seal();
      run = { kind, items: [], weight: 0 };
    }
    run.items.push(item);
    run.weight += weight;
    total += weight;
    size += 1;
    // Letters wait for no further turn.
    if (kind === 'messages') written = true;
    expectEnd();
    if (ended) flush();
    else if (atOnce || run.items.length >= most || run.weight >= heaviest) {
      seal();
      ready();
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
      if (!isFirst()) return false;
      written = true;
      expectEnd();
      return true;
    },
    flush,
    end: () => {
      ended = true;
      flush();
    },
    taken: (n) => {
      received = Math.max(received, Math.min(n, sent));
      ready();
      // What had no room when its turn was over.
      if (room() && !written && held === undefined) seal();
      ready();
    },
    size: () => size,
    weight: () => total,
  };
};

/** Written out, since it is done for each: spreading is slow. */
const parcelOf = (kind: Run['kind'], items: unknown[], n: number, lost: number): Batch => {
  if (kind === 'messages')
    return lost > 0 ? { cmd: batchCommand, n, lost, messages: items } : { cmd: batchCommand, n, messages: items };
  // A run is of one kind, which the compiler does not follow.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const letters = items as Frame[];
  return lost > 0 ? { cmd: batchCommand, n, lost, letters } : { cmd: batchCommand, n, letters };
};
