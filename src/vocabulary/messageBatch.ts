import type { CoreEvent, EventDraft, EventOf, WorkerRef } from './events.js';
import { plainValue } from './plainValue.js';

/** Messages of a worker that arrived together. The master handles them together because messages are frequent. Each becomes a `message` event for subscribers of events. */
export interface MessageBatchDraft {
  readonly type: 'messages';
  readonly worker: WorkerRef;
  readonly messages: readonly unknown[];
  /** Whether they arrived as JSON, and can be part of an event unchanged. */
  readonly json: boolean;
  /** The socket or server that came with a single message. */
  readonly handle?: unknown;
  /** Answers a single message that is a request. */
  readonly reply?: (message: unknown) => void;
}

export interface MessageBatch extends MessageBatchDraft {
  readonly time: number;
  /** The number of the first message; further ones have the following numbers. */
  readonly seq: number;
  readonly cluster: string;
  /** Created for the first subscriber of events, and shared with the others. */
  events?: readonly MessageEvent[];
}

/** The drafts and entries of a cluster's history inside the master. `E`: its events, by default those of the core. */
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
