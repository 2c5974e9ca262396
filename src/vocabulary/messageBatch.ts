import type { CoreEvent, EventDraft, EventOf, WorkerRef } from './events.js';
import { plainValue } from './plainValue.js';

/** Messages of a worker that arrived together. They are kept together in the master because they are many; each becomes a `message` event where somebody hears events. */
export interface MessageBatchDraft {
  readonly type: 'messages';
  readonly worker: WorkerRef;
  readonly messages: readonly unknown[];
  /** They came as JSON, so an event can have them as they are. */
  readonly json: boolean;
  /** The socket or server that came with a single message. */
  readonly handle?: unknown;
  /** Answers a single message that is a request. */
  readonly reply?: (message: unknown) => void;
}

export interface MessageBatch extends MessageBatchDraft {
  readonly time: number;
  /** Of the first message; each further one has the next number. */
  readonly seq: number;
  readonly cluster: string;
  /** Made for the first who hears events, for all of them. */
  events?: readonly MessageEvent[];
}

/** What one cluster tells inside the master. `E`: its events, by default those of the core. */
export type HistoryDraft = EventDraft | MessageBatchDraft;
export type HistoryEntry<E = CoreEvent> = E | MessageBatch;

/** Whether an entry of the history is a batch. No event has its type. */
export const isBatch = (entry: { readonly type: string }): entry is MessageBatch => entry.type === 'messages';

export type MessageEvent = EventOf<CoreEvent, 'message'>;

/** The event of each message in a batch. */
export const messageEvents = (batch: MessageBatch): readonly MessageEvent[] => {
  batch.events ??= batch.messages.map((message, index) => eventOf(batch, message, index));
  return batch.events;
};

const eventOf = (
  { time, seq, cluster, worker, json, handle, reply }: MessageBatch,
  received: unknown,
  index: number,
): MessageEvent => {
  const message = json ? received : plainValue(received);
  const event: MessageEvent = { time, seq: seq + index, cluster, type: 'message', worker, message };
  if (handle === undefined && reply === undefined) return event;
  return { ...event, ...(reply && { request: true }), ...(handle !== undefined && { handle: true }) };
};
