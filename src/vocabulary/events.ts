import type { ErrorData } from './errorData.js';

/**
 * The vocabulary: everything the master says about its workers and about itself.
 * Worker events keep node:cluster's words; what the master decides has a word of its own.
 */

/** Who an event is about. Stays valid after the worker has left. */
export interface WorkerRef {
  /** node:cluster's worker id, never used twice by one master; negative for one that node:cluster could not even begin to fork. */
  readonly id: number;
  /** The worker's slot, 1…N. A slot keeps its number while workers come and go. */
  readonly slot: number;
  /** How many workers, this one included, have been forked in the slot. */
  readonly generation: number;
  /** Left out where the process could not be started. */
  readonly pid?: number;
  /** The name of the cluster. */
  readonly cluster: string;
}

/** How a worker ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** True if this master had asked it to leave; what the worker says of itself does not count. */
  readonly requested: boolean;
  /**
   * `requested`: this master asked. `left`: it said or showed that it was going, and went.
   * `crash`: it was simply gone. `spawn`: it never started.
   */
  readonly reason: 'requested' | 'left' | 'crash' | 'spawn';
  /** From fork to exit, in ms. */
  readonly uptime: number;
  /** The uncaught error it ended with, as the worker itself reported it. */
  readonly cause?: ErrorData;
}

/** Where a worker listens, as node:cluster tells it. */
export interface Address {
  readonly address: string | null;
  readonly port: number | null;
  readonly addressType: 4 | 6 | -1 | 'udp4' | 'udp6';
}

/** Why a worker was forked. `scale`: the cluster was scaled, and its slot opened or filled again. */
export type ForkReason = 'start' | 'scale' | 'respawn' | 'roll';

/** What a signal makes a cluster do. `reopen`: the log's file is begun anew. */
export type SignalAction = 'restart' | 'shutdown' | 'force' | 'reopen' | 'scale-up' | 'scale-down';

interface RestartedSlots {
  /** Slots whose worker was replaced. */
  readonly replaced: readonly number[];
  /** Slots whose worker was not replaced. */
  readonly kept: readonly number[];
  /** Where several clusters restarted together: the result of each, by name. The outcome is the worst of them, `replaced` and `kept` list the slots of one cluster after the other. */
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
  /** The name of the cluster that tells it. */
  readonly cluster: string;
}

export interface WorkerEvent {
  readonly worker: WorkerRef;
}

interface RollEvent {
  /** Counts the rolls of one run of a cluster, from 1. */
  readonly roll: number;
}

/** What happens to a worker process, and what is done to it. */
export type ProcessDraft =
  | ({ readonly type: 'fork'; readonly why: ForkReason } & WorkerEvent)
  | ({ readonly type: 'online' } & WorkerEvent)
  | ({ readonly type: 'listening'; readonly address: Address } & WorkerEvent)
  /**
   * It sent a message. With `serialization: 'advanced'`, what JSON cannot hold is described by objects with `$type`; `messages$` has the value itself.
   * `request`: the worker waits for a reply. `handle`: a socket or server came with it. Both are delivered by `messages$`.
   */
  | ({
      readonly type: 'message';
      readonly message: unknown;
      readonly request?: true;
      readonly handle?: true;
    } & WorkerEvent)
  /** It has got SIGTERM from outside, serves on, and asks to be replaced. Told once for each worker. */
  | ({ readonly type: 'replace-request'; readonly why: string } & WorkerEvent)
  /** It leaves without having been asked: out of rotation from here on. `uptime`: ms since its fork. */
  | ({ readonly type: 'leaving'; readonly why: string; readonly uptime: number } & WorkerEvent)
  /** Leaving, it has closed so many connections that somebody may have waited for. */
  | ({ readonly type: 'cut'; readonly connections: number; readonly why: string } & WorkerEvent)
  /** Leaving, it has answered everything, and calls what `onStop` was given, in this order. */
  | ({ readonly type: 'hooks'; readonly names: readonly string[] } & WorkerEvent)
  /** This master asks it to leave. */
  | ({ readonly type: 'retire'; readonly why: string } & WorkerEvent)
  /** SIGTERM comes where it has been asked and has not gone, so that its own handlers run; then it has `remaining` ms until SIGKILL (left out for no limit). */
  | ({
      readonly type: 'kill';
      readonly signal: 'SIGTERM' | 'SIGKILL';
      readonly why: string;
      readonly remaining?: number;
    } & WorkerEvent)
  | ({ readonly type: 'disconnect'; readonly requested: boolean } & WorkerEvent)
  | ({ readonly type: 'exit' } & WorkerEvent & Exit)
  | ({ readonly type: 'error'; readonly error: ErrorData } & WorkerEvent);

/** How far a worker has come, by the measure of the options. */
export type ReadinessDraft =
  /**
   * It serves, by the `ready` option. `why`: what it is ready by, such as `listens on 127.0.0.1:8080`. `lacks`: where the worker that it replaces
   * listened and it does not, although `readyTimeout` has passed; its release may have dropped that.
   */
  | ({ readonly type: 'ready'; readonly why: string; readonly lacks?: readonly Address[] } & WorkerEvent)
  /**
   * `available`: it has stayed ready for `minReadyTime` (the word is Kubernetes').
   * `stable`: it has lived for `minUptime`, and what its slot had spent of the budget is given back.
   * `overdue`: it is not ready although `readyTimeout` has passed. A roll ends it; otherwise it is only told.
   * `after`: ms since it was ready (`available`) or forked.
   */
  | ({ readonly type: 'available' | 'stable' | 'overdue'; readonly after: number } & WorkerEvent)
  /** The `ready` predicate threw. */
  | ({ readonly type: 'error'; readonly error: ErrorData } & WorkerEvent);

/** The life of a worker. */
export type WorkerDraft = ProcessDraft | ReadinessDraft;

/** A slot could not start before any worker of the cluster was available: `failed` times, of at most `limit` (`maxStartAttempts`). */
export interface FailedStart {
  readonly failed: number;
  readonly limit: number;
}

/** A worker has left its slot and this master had not asked it to: what a respawn policy decides about. Plain data, times in ms. */
export interface Departure {
  readonly slot: number;
  readonly worker: WorkerRef;
  /**
   * How it ended. Left out where it has only begun to leave (it disconnected, closed its servers or got SIGTERM a second time) and its process is still there:
   * if nothing is decided about that, another departure of the same worker follows with its exit.
   */
  readonly exit?: Exit;
  /** How it left, in words: `exited with code 1`. */
  readonly why: string;
  /** From its fork until it began to leave. */
  readonly uptime: number;
  /** It left before `minUptime`. */
  readonly early: boolean;
  /** Early exits of the slot one after the other, this one included; a worker that reaches `minUptime` sets them back to 0. */
  readonly failures: number;
  /** The sum of `failures` of all slots: what the cluster has spent of a budget. */
  readonly spent: number;
  /** A worker of the cluster has been available before: its first start has succeeded. */
  readonly everAvailable: boolean;
  /** How often the slot has failed to start, this time included, as long as no worker of the cluster has been available; 0 afterwards. */
  readonly failedStarts: number;
  readonly others: OtherSlots;
  /** Uniform in [0, 1), drawn by the host, for jitter. Policies draw none themselves, so the same departures lead to the same decisions. */
  readonly random: number;
}

/** The slots beside the one whose worker left. */
export interface OtherSlots {
  /** How many have a ready worker. */
  readonly serving: number;
  /** How many have a ready worker, or have not failed since their last stable worker and may serve soon. */
  readonly viable: number;
  /** Failed starts of the one that has the fewest, among those whose worker may still become available. Left out if there is none. */
  readonly fewestFailedStarts?: number;
}

/** A decision of the respawn policy to go on in a slot. */
interface RespawnDraft {
  readonly slot: number;
  readonly worker: WorkerRef;
  /** Left out where that is never. */
  readonly delay?: number;
  /** It left before `minUptime`. */
  readonly charged: boolean;
  /** Early exits of all slots together. */
  readonly spent: number;
  /** `maxForkCount`; left out where the policy has no budget. */
  readonly limit?: number;
  readonly start?: FailedStart;
  /** The reason of the policy, where it has another than that the worker left. */
  readonly why?: string;
}

/** What the master decides, and what it is told from outside. */
type DecisionDraft =
  /** All first workers are ready. `after`: ms since the start. */
  | { readonly type: 'started'; readonly workers: number; readonly after: number }
  /** A worker left and this master had not asked it to. Told without `exit` when it begins to leave, and with it when it has ended, if nothing has been decided by then. */
  | ({ readonly type: 'departure' } & Departure)
  /** The slot gets its next worker after `delay` ms. `degraded`: slowly, because it has used up what it may, and others serve or may serve soon. */
  | ({ readonly type: 'backoff' | 'degraded' } & RespawnDraft)
  /** The respawn policy gives up, because the budget is spent or no slot has been able to start, and nobody is left to serve: the cluster shuts down and then errors. */
  | {
      readonly type: 'give-up';
      readonly slot: number;
      readonly worker: WorkerRef;
      /** How the last worker ended, in words. */
      readonly why: string;
      /** Why the policy gives up. */
      readonly reason: string;
      readonly spent: number;
      /** `maxForkCount`; left out where the policy has no budget. */
      readonly limit?: number;
      readonly start?: FailedStart;
      /** The uncaught error that the last worker ended with. */
      readonly cause?: ErrorData;
    }
  /** From now on there are to be so many slots: further ones are opened, or those with the highest numbers are closed. `from` is `to` where it stays as it is, and why is to be told. */
  | { readonly type: 'scale'; readonly from: number; readonly to: number; readonly why: string }
  /** A slot stays empty until the next roll or scaling fills it. */
  | {
      readonly type: 'vacant';
      readonly slot: number;
      readonly why: string;
      /** Where the `respawn` operator gave up: the cluster errors with it if it ends because every slot is vacant. */
      readonly error?: ErrorData;
    }
  /** Somebody asks for a restart: of one slot, or of all. With `worker` it is meant for that one alone, and void when it leaves by itself. */
  | {
      readonly type: 'restart';
      readonly request: string;
      readonly why: string;
      readonly slot?: number;
      readonly worker?: WorkerRef;
    }
  /** `slots`: those whose workers are to be replaced. `slot`: it is a restart of this one alone. */
  | ({
      readonly type: 'restart-begin';
      readonly requests: readonly string[];
      readonly slots: readonly number[];
      readonly slot?: number;
    } & RollEvent)
  /** One slot gets a new worker: beside the old one (`overlap`), or after it (`maxSurge: 0`). */
  | ({ readonly type: 'replace-begin'; readonly slot: number; readonly overlap: boolean } & RollEvent)
  | ({ readonly type: 'replace-end'; readonly slot: number; readonly worker: WorkerRef } & RollEvent)
  | ({ readonly type: 'replace-abort'; readonly slot: number } & RestartCause & RollEvent)
  | ({
      readonly type: 'restart-end' | 'restart-abort';
      readonly requests: readonly string[];
      readonly result: RestartResult;
    } & RollEvent)
  /** After an abort: which slot runs which generation. A respawn loads the files that are on disk now. */
  | ({
      readonly type: 'mixed';
      readonly slots: readonly { readonly slot: number; readonly generation: number; readonly replaced: boolean }[];
    } & RollEvent)
  /** These have been asked to leave and are still there. `remaining`: ms until SIGKILL, left out where that never comes. */
  | {
      readonly type: 'waiting';
      readonly workers: readonly { readonly worker: WorkerRef; readonly remaining?: number }[];
    }
  | { readonly type: 'signal'; readonly signal: string; readonly action: SignalAction }
  /** The log could not take so many lines, since this was last told; `total` counts them from its beginning. */
  | { readonly type: 'log-dropped'; readonly lines: number; readonly total: number; readonly why: string }
  | { readonly type: 'shutdown'; readonly force: boolean; readonly why: string }
  /** The last worker has gone. */
  | { readonly type: 'end'; readonly why: string; readonly after: number };

/** Something went wrong that ends nothing: a process error, a callback that threw. */
interface ErrorDraft {
  readonly type: 'error';
  readonly error: ErrorData;
  readonly worker?: WorkerRef;
}

/** An event before it has been stamped with `time` and `seq`. */
export type EventDraft = WorkerDraft | DecisionDraft | ErrorDraft;

/** What may be asked of a cluster from outside. */
export type ClusterCommand =
  | EventOf<EventDraft, 'restart' | 'shutdown' | 'error' | 'log-dropped'>
  | Omit<EventOf<EventDraft, 'scale'>, 'from'>;

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

/** An event in words: how much it matters, and a sentence. */
export type EventLevel = 'debug' | 'info' | 'warn' | 'error';
export type EventDescription = readonly [EventLevel, string];
