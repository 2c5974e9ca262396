import type { Frame, Batch } from './frames.js';
import { batchCommand } from './frames.js';

/** At most this many messages or frames per batch: larger batches gain nothing and delay others. */
const maxBatchItems = 512;
/** At most about this many characters per batch. */
const maxBatchCharacters = 256 * 1024;
/** At most this many units are sent and not acknowledged. The receiver handles that many in one turn of its event loop, so that other senders do not wait long. */
const maxUnitsInFlight = 8 * maxBatchItems;
/** A message counts as one unit per this many characters, and as at least one. */
const charactersPerUnit = maxBatchCharacters / maxBatchItems;
/** Turns that end within this time of each other are treated as one: messages wait this long for those of the next turns. */
const closeTurnsMs = 1;

/** The event loop, as far as the outbox needs it. */
export interface TurnScheduler {
  /** Calls after this turn of the event loop, like `setImmediate`. */
  readonly afterTurn: (action: () => void) => void;
  /** A monotonic time in ms. */
  readonly now: () => number;
}

export interface Outbox {
  /** Adds a message. `weight` is its approximate size in characters. */
  readonly message: (message: unknown, weight: number) => void;
  readonly frame: (frame: Frame, weight: number) => void;
  /** Drops the oldest message and counts it as lost; `false` if only frames wait. */
  readonly dropOldest: () => boolean;
  /** Whether a message may be sent directly without a batch: nothing is queued and none was written in the last turn. Marks the turn as used. */
  readonly canSendDirectly: () => boolean;
  /** Sends everything that is queued, even beyond the window. */
  readonly flush: () => void;
  /** Flushes, and sends everything that follows at once: the event loop runs no further turn. */
  readonly end: () => void;
  /** Call when everything up to number `n` has been acknowledged. */
  readonly acknowledged: (n: number) => void;
  /** The number of queued messages and frames. */
  readonly size: () => number;
  /** Their approximate size in characters. */
  readonly weight: () => number;
}

interface Run {
  readonly kind: 'messages' | 'frames';
  readonly items: unknown[];
  weight: number;
}

/**
 * Sends what is written in one turn of the event loop as one batch, at the end of the turn, or earlier when the batch is full or begins with a frame. When turns with messages follow each other closely,
 * the messages of a millisecond share a batch, because sending costs more than the content. At most `maxUnitsInFlight`
 * are sent without an acknowledgement; the rest is queued in order.
 *
 * ```
 * turns    --|--|--|--|--|--|
 * written  a----bc----------
 * batches  --a-----(bc)-----
 *
 * written  a--b--c--d-------      each of these turns takes some µs
 * batches  --a------------(bcd)
 * ```
 *
 * `transmit` sends a batch; `onDrain` is called when fewer may be queued than before.
 */
export const outbox = (
  transmit: (batch: Batch) => void,
  { afterTurn, now }: TurnScheduler,
  onDrain: () => void = () => {},
): Outbox => {
  let run: Run = { kind: 'messages', items: [], weight: 0 };
  const sealed: Run[] = [];
  let queuedItems = 0;
  let queuedCharacters = 0;
  let lost = 0;
  let sentUnits = 0;
  let acknowledgedUnits = 0;
  /** `turnScheduled`: `turn` will run after this turn. `written`: a message was written in this turn; `writtenBefore`: in the one before, which ended at `lastTurnAt`. */
  let turnScheduled = false;
  let written = false;
  let writtenBefore = false;
  let lastTurnAt = 0;
  /** The event loop runs no further turn. */
  let ended = false;
  /** Since when messages have been held back for those of further turns. */
  let heldSince: number | undefined;

  const hasRoom = () => sentUnits - acknowledgedUnits < maxUnitsInFlight;
  const seal = () => {
    if (run.items.length === 0) return;
    sealed.push(run);
    run = { kind: run.kind, items: [], weight: 0 };
  };
  const transmitRun = ({ kind, items, weight }: Run) => {
    queuedItems -= items.length;
    queuedCharacters -= weight;
    const units = Math.max(items.length, Math.ceil(weight / charactersPerUnit));
    sentUnits += units;
    const lostBefore = lost;
    lost = 0;
    try {
      transmit(batchOf(kind, items, sentUnits, lostBefore));
    } catch (error) {
      // Nothing was sent, so neither the units nor the lost messages have been reported.
      sentUnits -= units;
      lost = lostBefore;
      throw error;
    }
  };
  const transmitNext = () => {
    for (const next of sealed.splice(0, 1)) transmitRun(next);
  };
  const transmitSealed = () => {
    while (hasRoom() && sealed.length > 0) transmitNext();
    onDrain();
  };
  const flush = () => {
    seal();
    while (sealed.length > 0) transmitNext();
  };
  const shouldHold = (time: number): boolean => {
    const followsClosely = written && writtenBefore && time - lastTurnAt < closeTurnsMs;
    if (!followsClosely || run.kind === 'frames' || sealed.length > 0) return false;
    heldSince ??= time;
    return time - heldSince < closeTurnsMs;
  };
  const turn = () => {
    const time = now();
    const wait = shouldHold(time);
    turnScheduled = false;
    writtenBefore = written;
    written = false;
    lastTurnAt = time;
    // Another turn is needed to see whether messages follow.
    if (writtenBefore) scheduleTurn();
    if (wait) return;
    heldSince = undefined;
    if (hasRoom()) seal();
    transmitSealed();
  };
  const scheduleTurn = () => {
    if (turnScheduled) return;
    turnScheduled = true;
    afterTurn(turn);
  };
  const isFirst = () => !turnScheduled && queuedItems === 0 && hasRoom();
  const add = (kind: Run['kind'], item: unknown, weight: number) => {
    // The other process waits for frames, so the first one is not delayed.
    const atOnce = kind === 'frames' && isFirst();
    if (run.kind !== kind) {
      seal();
      run = { kind, items: [], weight: 0 };
    }
    run.items.push(item);
    run.weight += weight;
    queuedCharacters += weight;
    queuedItems += 1;
    // Only messages are held back for further turns.
    if (kind === 'messages') written = true;
    scheduleTurn();
    if (ended) flush();
    else if (atOnce || run.items.length >= maxBatchItems || run.weight >= maxBatchCharacters) {
      seal();
      transmitSealed();
    }
  };

  return {
    message: (message, weight) => add('messages', message, weight),
    frame: (frame, weight) => add('frames', frame, weight),
    dropOldest: () => {
      const oldest = [...sealed, run].find(({ kind, items }) => kind === 'messages' && items.length > 0);
      if (oldest === undefined) return false;
      // Only the total weight of a run is known, so the mean is subtracted.
      const mean = oldest.weight / oldest.items.length;
      oldest.items.shift();
      oldest.weight -= mean;
      queuedCharacters -= mean;
      if (oldest.items.length === 0 && oldest !== run) sealed.splice(sealed.indexOf(oldest), 1);
      queuedItems -= 1;
      lost += 1;
      return true;
    },
    canSendDirectly: () => {
      if (!isFirst()) return false;
      written = true;
      scheduleTurn();
      return true;
    },
    flush,
    end: () => {
      ended = true;
      flush();
    },
    acknowledged: (n) => {
      acknowledgedUnits = Math.max(acknowledgedUnits, Math.min(n, sentUnits));
      transmitSealed();
      // Send what had no room when its turn ended.
      if (hasRoom() && !written && heldSince === undefined) seal();
      transmitSealed();
    },
    size: () => queuedItems,
    weight: () => queuedCharacters,
  };
};

/** Written out for speed: object spread is slow, and this runs for each batch. */
const batchOf = (kind: Run['kind'], items: unknown[], n: number, lost: number): Batch => {
  if (kind === 'messages')
    return lost > 0 ? { cmd: batchCommand, n, lost, messages: items } : { cmd: batchCommand, n, messages: items };
  // A run holds items of one kind, which the compiler cannot see.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const frames = items as Frame[];
  return lost > 0 ? { cmd: batchCommand, n, lost, frames } : { cmd: batchCommand, n, frames };
};
