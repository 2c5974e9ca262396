import type { EventRecord } from '../../../src/control/eventRecord.js';
import { eventLines } from '../../../src/control/eventLines.js';
import type { Outgoing } from '../../../src/control/outgoing.js';

/** A client of the control server that reads when it is told to. What it has not read waits, up to so many lines. */
export interface SlowClient {
  /** Reads all that waits. */
  readonly read: () => readonly string[];
  /** It goes. */
  readonly leave: () => void;
}

/** Begins a stream of events after the one with the id `since`. */
export const slowClient = (record: EventRecord, since: number): SlowClient => {
  let waiting: string[] = [];
  let drained: (() => void) | undefined;
  let closed: (() => void) | undefined;
  const out: Outgoing = {
    send: (line) => waiting.push(line),
    // It takes three lines; the rest waits in the record.
    waiting: () => (waiting.length < 3 ? 0 : Infinity),
    onDrain: (listener) => (drained = listener),
    onClose: (listener) => (closed = listener),
    end: () => undefined,
  };
  eventLines(record, out, since);
  const read = (): readonly string[] => {
    const all: string[] = [];
    while (waiting.length > 0) {
      all.push(...waiting);
      waiting = [];
      drained?.();
    }
    return all;
  };
  return { read, leave: () => closed?.() };
};
