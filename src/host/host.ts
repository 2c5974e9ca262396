import type { Observable } from 'rxjs';
import type { Serialization } from '../channel/copyMessage.js';
import type { ErrorData } from '../vocabulary/errorData.js';
import type { Address, ForkReason, WorkerRef } from '../vocabulary/events.js';
import type { ProcessSample, ProcessUsage } from '../vocabulary/stats.js';

/** The slot that a process is forked for. */
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

/** A forked process and what can be done to it. After its exit the functions do nothing. */
export interface Process {
  readonly id: number;
  readonly pid: number | undefined;
  /** Asks it to leave: to stop accepting, finish its requests and exit. */
  readonly disconnect: () => void;
  /** Sends a frame, which must be a JSON value, to a feature's part of the preload. */
  readonly tell: (feature: string, body: unknown) => void;
  /** Sends a signal. On SIGTERM its own handlers run. After SIGABRT and SIGKILL, SIGKILL is sent to its descendant processes. */
  readonly kill: (signal: KillSignal) => void;
  /** Emits once what the operating system knows about it, and completes; emits nothing if it has exited. Also works while its event loop is blocked. */
  readonly usage$: Observable<ProcessUsage>;
  /**
   * Emits a sample each second while it is subscribed, the first one after a second. All subscribers share the samples. The process reports about itself only during that time, and with
   * `preload: false` never. Completes when the process exits.
   */
  readonly sample$: Observable<ProcessSample>;
  /**
   * Where its JavaScript is just now, one function a line, read once through Node's inspector; nothing if that cannot be found out within two seconds. Also works
   * while its event loop is blocked by JavaScript. It must have been started with `--inspect-port=0`.
   */
  readonly stack$: Observable<string>;
  /** It, or this master, was started for a debugger (`--inspect` and the like), which may pause it. */
  readonly inspected: boolean;
}

/** The `WorkerRef` of a process in its slot. */
export const workerRef = ({ id, pid }: Pick<Process, 'id' | 'pid'>, slotRef: SlotRef): WorkerRef => ({
  id,
  ...(pid !== undefined && { pid }),
  ...slotRef,
});

/** The events of a process, from the operating system, node:cluster and the preload. */
export type ProcessEvent =
  /** Always the first event. */
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
  /** Several messages that arrived together. */
  | { readonly type: 'messages'; readonly messages: readonly unknown[] }
  /** It got SIGTERM from outside, and asks to be replaced. It serves until then. */
  | { readonly type: 'replace-request'; readonly why: string }
  /** It leaves on its own. */
  | { readonly type: 'leaving'; readonly why: string }
  /** It has closed connections that may have been in use. */
  | { readonly type: 'cut'; readonly connections: number; readonly why: string }
  /** It has answered all requests, and calls the functions given to `onStop`. */
  | { readonly type: 'hooks'; readonly names: readonly string[] }
  /** The uncaught error that it is about to die of. `undefined`: it has handled the error and continues. */
  | { readonly type: 'cause'; readonly cause: ErrorData | undefined }
  /** A frame of a feature's part of the preload. The feature's operator takes it out; frames of unknown features are dropped. */
  | { readonly type: 'frame'; readonly feature: string; readonly body: unknown }
  /** It has been asked to leave, and has answered all requests and run its hooks. It now runs its SIGTERM handlers and exits. */
  | { readonly type: 'drained' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'error'; readonly error: Error }
  /** Always the last event; the stream completes with it. `spawn`: the process could not be started. */
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: string | null; readonly spawn: boolean };

/**
 * Everything that a cluster needs from outside (a port, in the sense of ports and adapters). `nodeHost.ts` is the one with node:cluster and real processes;
 * `testing/` has a simulated one in virtual time.
 */
export interface Host {
  /** How its processes send messages: with `json` they contain only JSON values. Default: unknown. */
  readonly serialization?: Serialization;
  /** Forks on subscription; unsubscribing sends SIGKILL. Never errors: a fork that fails is an `error` and an `exit`. */
  readonly fork: (slotRef: SlotRef, options?: ForkOptions) => Observable<ProcessEvent>;
  /** Handles a signal of the master while subscribed. */
  readonly signal: (name: string) => Observable<string>;
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number;
  /** Whether the application wants what has this name, which only costs while it does: now, and when that changes. Default: it does not. */
  readonly wanted$?: (name: string) => Observable<boolean>;
  /** The monotonic clock, in ms from any origin, on which durations are measured. Setting the time of day does not change it. */
  readonly now: () => number;
}
