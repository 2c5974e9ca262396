import type { WorkerRef } from '../../vocabulary/events.js';

/** What carries a message: one of `messages$`, or an event. */
export interface MessageCarrier {
  readonly message: unknown;
}

/** A message of a worker, and who sent it. */
export interface Message<M = unknown> {
  readonly worker: WorkerRef;
  readonly message: M;
  /** The socket or server that came with it, if one did. */
  readonly handle?: unknown;
  /** Where the worker asks (`request`): answers it, once. Throws `MessageError` for a second answer, and when nobody waits any more. */
  readonly reply?: (message: unknown) => void;
}
