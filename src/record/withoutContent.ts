import type { ClusterEvent } from '../index.js';

/** A message without its content: `$type` is its type, `size` the length of its JSON in characters. */
export interface MessageSize {
  readonly $type: string;
  readonly size: number;
}

/** The event; one of a message without what the message says, because that may be secret. */
export const withoutContent = (event: ClusterEvent): ClusterEvent =>
  event.type === 'message' ? { ...event, message: sizeOf(event.message) } : event;

const sizeOf = (message: unknown): MessageSize => ({
  $type: message === null ? 'null' : Array.isArray(message) ? 'array' : typeof message,
  size: JSON.stringify(message)?.length ?? 0,
});
