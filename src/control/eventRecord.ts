import { type ClusterEvent, describeEvent } from '../index.js';

/** An event as clients get it. */
export interface RecordedEvent {
  /** Counts the events of this master, from 1, without a gap. */
  readonly id: number;
  readonly type: string;
  readonly cluster: string;
  readonly slot: number | undefined;
  /** `{ id, level, text, event }` as JSON. */
  readonly line: string;
}

/** The last events of a master. */
export interface EventRecord {
  readonly add: (event: ClusterEvent) => void;
  /** The id of the first event that is still there, and of the last one. `first` is `last + 1` if there is none. */
  readonly first: () => number;
  readonly last: () => number;
  readonly at: (id: number) => RecordedEvent | undefined;
  /** Calls the listener after each event, until the returned function is called. */
  readonly listen: (listener: () => void) => () => void;
}

/** Remembers so many events, and so many characters of them, whichever is less. Events are kept as text, which costs less memory and is what clients get. */
export const eventRecord = (maxEvents = 10_000, maxCharacters = 16 * 2 ** 20): EventRecord => {
  const entries = new Map<number, RecordedEvent>();
  const listeners = new Set<() => void>();
  let [first, last, characters] = [1, 0, 0];

  const forgetExcess = (): void => {
    for (const [id, { line }] of entries) {
      if (id === last || (entries.size <= maxEvents && characters <= maxCharacters)) return;
      entries.delete(id);
      characters -= line.length;
      first = id + 1;
    }
  };

  return {
    add: (event) => {
      last += 1;
      const entry = recorded(last, event);
      entries.set(last, entry);
      characters += entry.line.length;
      forgetExcess();
      for (const listener of listeners) listener();
    },
    first: () => first,
    last: () => last,
    at: (id) => entries.get(id),
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const recorded = (id: number, event: ClusterEvent): RecordedEvent => {
  const [level, text] = describeEvent(event) ?? ['debug', event.type];
  const line = JSON.stringify({ id, level, text, event });
  return { id, type: event.type, cluster: event.cluster, slot: slotOf(event), line };
};

const slotOf = (event: ClusterEvent): number | undefined => {
  if ('worker' in event && event.worker !== undefined) return event.worker.slot;
  return 'slot' in event ? event.slot : undefined;
};
