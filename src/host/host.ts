import type { Observable } from 'rxjs';
import type { Serialization } from '../channel/copyMessage.js';
import type { ErrorData } from '../vocabulary/errorData.js';
import type { Address, ForkReason, WorkerRef } from '../vocabulary/events.js';
import type { ProcessSample, ProcessUsage } from '../vocabulary/stats.js';

/** Which slot a process is forked for. */
export interface SlotRef {
  readonly cluster: string;
  /** 0 for a process that is not in a slot yet. */
  readonly slot: number;
  readonly generation: number;
}

/** How a process is forked. */
export interface ForkOptions {
  /** Why. For a host that has prepared a process and can give that out instead of forking. */
  readonly why?: ForkReason;
  /** The process may boot but not listen: its requests to listen are held until this emits the slot that the process is for from then on. */
  readonly release$?: Observable<SlotRef>;
}

/** SIGABRT ends a process whose event loop is blocked, and leaves a core dump where the system is set up for it. */
export type KillSignal = 'SIGTERM' | 'SIGABRT' | 'SIGKILL';

/** What may be asked of a living process. Each is a no-op once it is gone. */
export interface Process {
  readonly id: number;
  readonly pid: number | undefined;
  /** Asks it to leave: stop accepting, finish, go. */
  readonly disconnect: () => void;
  /** Tells the preload's part of a feature something that JSON can hold. */
  readonly tell: (feature: string, body: unknown) => void;
  /** SIGTERM lets its own handlers run. SIGKILL takes along the processes that it has started. */
  readonly kill: (signal: KillSignal) => void;
  /** What the operating system knows about it, once; nothing if it has exited. Also works while its event loop is blocked. */
  readonly usage$: Observable<ProcessUsage>;
  /**
   * A sample each second while it is subscribed, the first one after a second; all subscribers share them. The process reports about itself only meanwhile. With
   * `preload: false` it reports nothing. Completes with the process.
   */
  readonly sample$: Observable<ProcessSample>;
}

/** How events name a process in its slot. */
export const workerRef = ({ id, pid }: Pick<Process, 'id' | 'pid'>, slotRef: SlotRef): WorkerRef => ({
  id,
  ...(pid !== undefined && { pid }),
  ...slotRef,
});

/** What a process does, as the operating system and node:cluster tell it. */
export type ProcessEvent =
  /** Always the first. */
  | { readonly type: 'fork'; readonly process: Process }
  | { readonly type: 'online' }
  | { readonly type: 'listening'; readonly address: Address }
  /** It has asked to listen, and waits for `release$`. */
  | { readonly type: 'held' }
  | {
      readonly type: 'message';
      readonly message: unknown;
      readonly handle?: unknown;
      readonly reply?: (message: unknown) => void;
    }
  /** Several that came together. */
  | { readonly type: 'messages'; readonly messages: readonly unknown[] }
  /** Somebody outside wants it to go (SIGTERM). It serves on and asks to be replaced. */
  | { readonly type: 'replace-request'; readonly why: string }
  /** The process announces that it goes on its own account. */
  | { readonly type: 'leaving'; readonly why: string }
  /** It has closed so many connections that somebody may have waited for. */
  | { readonly type: 'cut'; readonly connections: number; readonly why: string }
  /** All has been answered, and what the application does before it goes begins. */
  | { readonly type: 'hooks'; readonly names: readonly string[] }
  /** The uncaught error it is about to die of; `undefined`: it has not died of it, and goes on. */
  | { readonly type: 'cause'; readonly cause: ErrorData | undefined }
  /** What the preload's part of a feature says. For that feature alone; whatever is left is dropped. */
  | { readonly type: 'frame'; readonly feature: string; readonly body: unknown }
  /** Asked to leave, it has done all that was to be done. What remains is its own: it runs its SIGTERM handlers and goes. */
  | { readonly type: 'drained' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'error'; readonly error: Error }
  /** Always the last; the stream completes with it. `spawn`: there never was a process. */
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: string | null; readonly spawn: boolean };

/**
 * The port: all that a cluster needs from the world. `node.ts` is node:cluster and process,
 * `testing/` has a simulated one whose time is virtual.
 */
export interface Host {
  /** How its processes send messages: `json` for those that hold nothing but what JSON can. Default: unknown. */
  readonly serialization?: Serialization;
  /** Forks on subscription; unsubscribing sends SIGKILL. Never errors: a fork that fails is an `error` and an `exit`. */
  readonly fork: (slotRef: SlotRef, options?: ForkOptions) => Observable<ProcessEvent>;
  /** Handles a signal of the master while subscribed. */
  readonly signal: (name: string) => Observable<string>;
  /** Uniform in [0, 1): the jitter of backoff. */
  readonly random: () => number;
  /** The monotonic clock, in ms from any origin. Durations are measured on it: the time of day can be set, this cannot. */
  readonly now: () => number;
}
