import type { ErrorData } from './errorData.js';

/**
 * All events of the core: what happens to workers, and what the master decides.
 * Worker events have node:cluster's names; decisions of the master have names of their own.
 */

/** Identifies a worker. Stays valid after the worker has left. */
export interface WorkerRef {
  /** node:cluster's worker id, which a master never uses twice; negative if node:cluster could not begin the fork. */
  readonly id: number;
  /** The worker's slot, 1…N. A slot keeps its number while workers come and go. 0 for a worker that is in no slot yet. */
  readonly slot: number;
  /** How many workers, this one included, have been forked in the slot. */
  readonly generation: number;
  /** Left out if the process could not be started. */
  readonly pid?: number;
  /** The name of the cluster. */
  readonly cluster: string;
}

/** How a worker ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** True if this master had asked it to leave; the worker's own `exitedAfterDisconnect` does not count. */
  readonly requested: boolean;
  /**
   * `requested`: this master had asked it to leave. `left`: it left on its own, after a `leaving` event.
   * `crash`: it exited without either. `spawn`: it could not be started.
   */
  readonly reason: 'requested' | 'left' | 'crash' | 'spawn';
  /** From fork to exit, in ms. */
  readonly uptime: number;
  /** The uncaught error that it died of, as the worker reported it. */
  readonly cause?: ErrorData;
}

/** An address that a worker listens on, as node:cluster reports it. `address` is an IP address, `null` for all, or the path of a socket; with a path `port` and `addressType` are -1. */
export interface Address {
  readonly address: string | null;
  readonly port: number | null;
  readonly addressType: 4 | 6 | -1 | 'udp4' | 'udp6';
}

/** Why a worker was forked. `scale`: the cluster was scaled, and its slot opened or filled again. */
export type ForkReason = 'start' | 'scale' | 'respawn' | 'roll';

/** What a cluster does on a signal. `reopen`: it opens the log file again at its path. */
export type SignalAction = 'restart' | 'shutdown' | 'force' | 'reopen' | 'scale-up' | 'scale-down';

interface RestartedSlots {
  /** Slots whose worker was replaced. */
  readonly replaced: readonly number[];
  /** Slots whose worker was not replaced. */
  readonly kept: readonly number[];
  /** Present if several clusters restarted together: the result of each, by name. Then the outcome is the worst one, and `replaced` and `kept` list the slots of one cluster after the other. */
  readonly clusters?: Readonly<Record<string, RestartResult>>;
}

/** Every slot was replaced. */
export interface RestartDone extends RestartedSlots {
  readonly outcome: 'done';
  readonly cause?: undefined;
}

/** A replacement failed (`aborted`), or a shutdown came first (`cancelled`). */
export interface RestartFailed extends RestartedSlots {
  readonly outcome: 'aborted' | 'cancelled';
  readonly cause: RestartCause;
}

/** What became of a restart. Compare `outcome` to narrow the type. */
export type RestartResult = RestartDone | RestartFailed;

/** Why a restart failed; with the worker and its exit, if a worker was the reason. */
export interface RestartCause {
  readonly why: string;
  readonly worker?: WorkerRef;
  readonly exit?: Exit;
}

interface Stamp {
  /** ms since the epoch. */
  readonly time: number;
  /** Counts the events of one run of a cluster, from 1, without a gap. */
  readonly seq: number;
  /** The name of the cluster that emits it. */
  readonly cluster: string;
}

export interface WorkerEvent {
  readonly worker: WorkerRef;
}

/**
 * An event of a feature that takes a worker out of rotation (`serves: false`) or puts it back. The core does not know these events: it counts each one that has
 * `serves`. A worker that is out of rotation stays, and does not count as one that serves.
 */
export interface RotationEvent extends WorkerEvent {
  readonly serves: boolean;
}

interface RollEvent {
  /** Counts the rolls of one run of a cluster, from 1. */
  readonly roll: number;
}

/** What happens to a worker process, and what the master does to it. */
export type ProcessDraft =
  | ({ readonly type: 'fork'; readonly why: ForkReason } & WorkerEvent)
  | ({ readonly type: 'online' } & WorkerEvent)
  | ({ readonly type: 'listening'; readonly address: Address } & WorkerEvent)
  /**
   * The worker sent a message. With `serialization: 'advanced'`, values that JSON cannot represent are described by objects with `$type`; `messages$` has the value itself.
   * `request`: the worker waits for a reply. `handle`: a socket or server came with it. Both are delivered by `messages$`.
   */
  | ({
      readonly type: 'message';
      readonly message: unknown;
      readonly request?: true;
      readonly handle?: true;
    } & WorkerEvent)
  /** The worker has got SIGTERM from outside and asks to be replaced. It serves until then. Emitted at most once for each worker. */
  | ({ readonly type: 'replace-request'; readonly why: string } & WorkerEvent)
  /** The worker leaves without having been asked. From now on it does not serve. `uptime`: ms since its fork. */
  | ({ readonly type: 'leaving'; readonly why: string; readonly uptime: number } & WorkerEvent)
  /** While leaving, the worker has closed connections that may have been in use. */
  | ({ readonly type: 'cut'; readonly connections: number; readonly why: string } & WorkerEvent)
  /** While leaving, the worker has answered all requests, and calls the functions given to `onStop`, in this order. */
  | ({ readonly type: 'hooks'; readonly names: readonly string[] } & WorkerEvent)
  /** The master asks the worker to leave. */
  | ({ readonly type: 'retire'; readonly why: string } & WorkerEvent)
  /** The master sends a signal. SIGTERM, so that the worker's own handlers run, if it was asked to leave and is still there; SIGKILL follows after `remaining` ms (left out if never). SIGABRT if it hangs. */
  | ({
      readonly type: 'kill';
      readonly signal: 'SIGTERM' | 'SIGABRT' | 'SIGKILL';
      readonly why: string;
      readonly remaining?: number;
    } & WorkerEvent)
  | ({ readonly type: 'disconnect'; readonly requested: boolean } & WorkerEvent)
  | ({ readonly type: 'exit' } & WorkerEvent & Exit)
  | ({ readonly type: 'error'; readonly error: ErrorData } & WorkerEvent);

/** The progress of a worker, as the options define it. */
export type ReadinessDraft =
  /**
   * It is ready, as the `ready` option defines. `why`: what made it ready, such as `listens on 127.0.0.1:8080`. `lacks`: addresses on which the worker that it replaces
   * listened and it does not after `readyTimeout`; its release may have dropped them.
   */
  | ({ readonly type: 'ready'; readonly why: string; readonly lacks?: readonly Address[] } & WorkerEvent)
  /**
   * `available`: it has stayed ready for `minReadyTime`, as in Kubernetes.
   * `stable`: it has run for `minUptime`, so its slot gets back what it had spent of the budget.
   * `overdue`: it is not ready after `readyTimeout`. Beside an old worker, in a roll, it is killed; otherwise nothing is done about it.
   * `after`: ms since it was ready (`available`) or forked.
   */
  | ({ readonly type: 'available' | 'stable' | 'overdue'; readonly after: number } & WorkerEvent)
  /** The `ready` predicate threw. */
  | ({ readonly type: 'error'; readonly error: ErrorData } & WorkerEvent);

/** The events of a worker, from its fork to its exit. */
export type WorkerDraft = ProcessDraft | ReadinessDraft;

/** Failed starts of a slot while no worker of the cluster has been available: `failed` of at most `limit` (`maxStartAttempts`). */
export interface FailedStart {
  readonly failed: number;
  readonly limit: number;
}

/** A worker has left its slot without having been asked. A respawn policy decides about it. Plain data, times in ms. */
export interface Departure {
  readonly slot: number;
  readonly worker: WorkerRef;
  /**
   * How it ended. Left out if it has only begun to leave (it disconnected, closed its servers or got SIGTERM a second time) and its process still runs.
   * If nothing is decided then, another departure of the same worker follows with its exit.
   */
  readonly exit?: Exit;
  /** How it left, in words: `exited with code 1`. */
  readonly why: string;
  /** From its fork until it began to leave. */
  readonly uptime: number;
  /** It left before `minUptime`. */
  readonly early: boolean;
  /** Consecutive early exits of the slot, this one included. A worker that reaches `minUptime` resets them to 0. */
  readonly failures: number;
  /** The sum of `failures` of all slots: how much of a budget the cluster has spent. */
  readonly spent: number;
  /** Whether a worker of the cluster has ever been available: the first start has succeeded. */
  readonly everAvailable: boolean;
  /** How often the slot has failed to start, this time included, as long as no worker of the cluster has been available; 0 afterwards. */
  readonly failedStarts: number;
  readonly others: OtherSlots;
  /** Uniform in [0, 1), drawn by the host, for jitter. Policies draw none themselves, so the same departures lead to the same decisions. */
  readonly random: number;
}

/** The other slots than the one whose worker left. */
export interface OtherSlots {
  /** How many have a ready worker. */
  readonly serving: number;
  /** How many have a ready worker, or may have one soon because they have not failed since their last stable worker. */
  readonly viable: number;
  /** The lowest number of failed starts among those whose worker may still become available. Left out if there is none. */
  readonly fewestFailedStarts?: number;
}

/** A decision of the respawn policy to respawn in a slot. */
interface RespawnDraft {
  readonly slot: number;
  readonly worker: WorkerRef;
  /** In ms; left out if it is infinite. */
  readonly delay?: number;
  /** Whether the worker left before `minUptime`, which costs one of the budget. */
  readonly charged: boolean;
  /** Early exits of all slots together. */
  readonly spent: number;
  /** `maxForkCount`; left out if the policy has no budget. */
  readonly limit?: number;
  readonly start?: FailedStart;
  /** The policy's reason, if it is another than that the worker left. */
  readonly why?: string;
}

/** Decisions of the master, and commands from outside. */
type DecisionDraft =
  /** All first workers are ready. `after`: ms since the start. */
  | { readonly type: 'started'; readonly workers: number; readonly after: number }
  /** A worker left without having been asked. Emitted without `exit` when it begins to leave, and again with `exit` if nothing has been decided by then. */
  | ({ readonly type: 'departure' } & Departure)
  /** The slot gets its next worker after `delay` ms. `degraded`: the slot has reached a limit and is respawned slowly, because others serve or may serve soon. */
  | ({ readonly type: 'backoff' | 'degraded' } & RespawnDraft)
  /** The respawn policy gives up, because the budget is spent or no slot could start, and no other slot serves. The cluster shuts down and then errors. */
  | {
      readonly type: 'give-up';
      readonly slot: number;
      readonly worker: WorkerRef;
      /** How the last worker ended, in words. */
      readonly why: string;
      /** Why the policy gives up. */
      readonly reason: string;
      readonly spent: number;
      /** `maxForkCount`; left out if the policy has no budget. */
      readonly limit?: number;
      readonly start?: FailedStart;
      /** The uncaught error that the last worker ended with. */
      readonly cause?: ErrorData;
    }
  /** The number of slots changes: slots are opened, or those with the highest numbers are closed. `from` equals `to` if it stays the same, for the reason `why`. */
  | { readonly type: 'scale'; readonly from: number; readonly to: number; readonly why: string }
  /** A slot stays empty until the next roll or scaling. */
  | {
      readonly type: 'vacant';
      readonly slot: number;
      readonly why: string;
      /** Present if the `respawn` operator or policy gave up: the cluster errors with it when every slot is vacant. */
      readonly error?: ErrorData;
    }
  /** A restart of one slot, or of all, has been requested. With `worker` it is only for that worker, and has no effect if the worker leaves before. */
  | {
      readonly type: 'restart';
      readonly request: string;
      readonly why: string;
      readonly slot?: number;
      readonly worker?: WorkerRef;
    }
  /** `slots`: those whose workers will be replaced. `slot`: only this one is restarted. */
  | ({
      readonly type: 'restart-begin';
      readonly requests: readonly string[];
      readonly slots: readonly number[];
      readonly slot?: number;
    } & RollEvent)
  /** A slot gets a new worker: beside the old one (`overlap`), or after it has exited (`maxSurge: 0`). `empty`: it has no old one. */
  | ({
      readonly type: 'replace-begin';
      readonly slot: number;
      readonly overlap: boolean;
      readonly empty?: true;
    } & RollEvent)
  | ({ readonly type: 'replace-end'; readonly slot: number; readonly worker: WorkerRef } & RollEvent)
  | ({ readonly type: 'replace-abort'; readonly slot: number } & RestartCause & RollEvent)
  | ({
      readonly type: 'restart-end' | 'restart-abort';
      readonly requests: readonly string[];
      readonly result: RestartResult;
    } & RollEvent)
  /** After an abort: the generation that each slot runs. A respawn loads the files that are on disk now. */
  | ({
      readonly type: 'mixed';
      readonly slots: readonly { readonly slot: number; readonly generation: number; readonly replaced: boolean }[];
    } & RollEvent)
  /** These workers have been asked to leave and have not exited. `remaining`: ms until SIGKILL, left out if that never comes. */
  | {
      readonly type: 'waiting';
      readonly workers: readonly { readonly worker: WorkerRef; readonly remaining?: number }[];
    }
  | { readonly type: 'signal'; readonly signal: string; readonly action: SignalAction }
  /** The log files are opened again at their paths, because a program asked for it. On a signal, `signal` says so. */
  | { readonly type: 'reopen'; readonly why: string }
  /** The log has dropped `lines` lines since the last such event, and `total` since it was opened. */
  | { readonly type: 'log-dropped'; readonly lines: number; readonly total: number; readonly why: string }
  | { readonly type: 'shutdown'; readonly force: boolean; readonly why: string }
  /** The last worker has exited. */
  | { readonly type: 'end'; readonly why: string; readonly after: number };

/** An error that does not end the cluster: of a process, or of a callback that threw. */
interface ErrorDraft {
  readonly type: 'error';
  readonly error: ErrorData;
  readonly worker?: WorkerRef;
}

/** An event before it has been stamped with `time` and `seq`. */
export type EventDraft = WorkerDraft | DecisionDraft | ErrorDraft;

/** What can be requested of a cluster from outside, and errors that are reported through it. */
export type ClusterCommand =
  | EventOf<EventDraft, 'restart' | 'shutdown' | 'reopen' | 'error' | 'log-dropped'>
  | Omit<EventOf<EventDraft, 'scale'>, 'from'>
  | FeatureCommand;

/** What is asked of a feature. Only the feature reads it. */
export interface FeatureCommand {
  readonly type: 'feature';
  /** Its name. */
  readonly feature: string;
  readonly command: unknown;
  /** Called once, with the result, after the events that tell of it. */
  readonly reply?: (result: unknown) => void;
}

/** A draft with its `time`, `seq` and `cluster`. */
export type Stamped<D> = D extends { readonly type: string } ? D & Stamp : never;

/** An event of the core. Features add theirs. */
export type CoreEvent = Stamped<EventDraft>;

/** The members of a union of events (or drafts) that can have the type. */
export type EventOf<E extends { readonly type: string }, T extends string> = E extends { readonly type: infer U }
  ? T extends U
    ? E
    : never
  : never;

/** The level of an event in the log. */
export type EventLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
/** An event as its level and a sentence. */
export type EventDescription = readonly [EventLevel, string];
