import type { WorkerRef } from '../../vocabulary/events.js';

/** Anything with a `message`: a value of `messages$`, or an event. */
export interface MessageCarrier {
  readonly message: unknown;
}

/** A message and the worker that sent it. */
export interface Message<M = unknown> {
  readonly worker: WorkerRef;
  readonly message: M;
  /** The socket or server that was sent with it. */
  readonly handle?: unknown;
  /** Present if the worker sent it with `request`: answers the request. Throws `MessageError` on a second call, and when the worker no longer waits. */
  readonly reply?: (message: unknown) => void;
}
