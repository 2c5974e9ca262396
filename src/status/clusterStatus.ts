import type { Address, Exit, EventLevel, RestartResult, StatsEvent, WorkerRef } from '../index.js';

/** What a cluster does. */
export type ClusterPhase = 'starting' | 'running' | 'restarting' | 'shutting-down' | 'ended';

/** What a worker does. */
export type WorkerPhase = 'booting' | 'ready' | 'available' | 'paused' | 'hung' | 'leaving';

/**
 * What a slot does. `starting`: its worker is not ready yet. `running`: it has a ready worker. `replacing`: a restart replaces its worker. `backoff`: it waits for its next worker.
 * `vacant`: it stays empty until the next restart or scaling. `closing`: the cluster was scaled down, and its workers leave.
 */
export type SlotPhase = 'starting' | 'running' | 'replacing' | 'backoff' | 'vacant' | 'closing';

/** One worker process. Times in ms since the epoch. */
export interface WorkerStatus extends WorkerRef {
  readonly state: WorkerPhase;
  /** Since when it is in this state. */
  readonly since: number;
  /** Why it is in this state, in words. Left out where no reason is known. */
  readonly why?: string;
  readonly forkedAt: number;
  readonly readyAt?: number;
  readonly availableAt?: number;
  /** Where it listens; 100 addresses at most. */
  readonly listens: readonly Address[];
  readonly leader?: true;
  /** It is out of rotation. */
  readonly paused?: true;
  /** It does not answer heartbeats. */
  readonly hung?: true;
  /** It answers heartbeats late. */
  readonly overloaded?: true;
  readonly leaving?: true;
  /** Its last sample, if it is sampled, and when that was taken. */
  readonly sampledAt?: number;
  readonly usage?: NonNullable<StatsEvent['usage']>;
  readonly report?: NonNullable<StatsEvent['report']>;
  /** How old the report was when the sample was taken, in ms. */
  readonly age?: number;
}

/** How the last worker of a slot ended. */
export interface LastExit extends Pick<Exit, 'code' | 'signal' | 'reason' | 'uptime'> {
  readonly worker: WorkerRef;
  readonly time: number;
  /** The same in words. */
  readonly text: string;
}

/** One slot with its workers: usually one, during a restart also the new one and those that leave. */
export interface SlotStatus {
  readonly slot: number;
  readonly state: SlotPhase;
  /** With `backoff`: when the next worker is forked. Left out if that never happens. */
  readonly until?: number;
  /** How many workers it has had. */
  readonly generation: number;
  /** How often a restart has replaced its worker. */
  readonly restarts: number;
  /** How often its worker has crashed, or could not be started. */
  readonly crashes: number;
  readonly lastExit?: LastExit;
  readonly workers: readonly WorkerStatus[];
}

/** A restart that runs. */
export interface RollStatus {
  readonly roll: number;
  readonly since: number;
  /** The slots that it replaces. */
  readonly slots: readonly number[];
  /** Those that it has replaced. */
  readonly replaced: readonly number[];
}

/** How the last restart ended. */
export interface LastRoll extends Pick<RestartResult, 'outcome' | 'replaced' | 'kept'> {
  readonly roll: number;
  readonly time: number;
  /** Why it was not done. */
  readonly why?: string;
}

/** A decision of the master, or a command from outside. */
export interface DecisionStatus {
  readonly time: number;
  readonly type: string;
  readonly level: EventLevel;
  /** The sentence of the log. */
  readonly text: string;
  readonly reason?: string;
}

/** One cluster. Times in ms since the epoch. */
export interface ClusterStatus {
  readonly cluster: string;
  readonly phase: ClusterPhase;
  /** The number of slots. */
  readonly size: number;
  /** The number of slots with a worker that serves: ready, in rotation, not hung and not leaving. */
  readonly ready: number;
  readonly startedAt: number;
  /** How many restarts have ended. */
  readonly restarts: number;
  /** How many workers have crashed, or could not be started. */
  readonly crashes: number;
  readonly roll?: RollStatus;
  readonly lastRoll?: LastRoll;
  readonly slots: readonly SlotStatus[];
  /** Workers that have booted and wait for a slot. */
  readonly standby: readonly WorkerRef[];
  /** The last 20, the oldest first. */
  readonly decisions: readonly DecisionStatus[];
}

/** The clusters of a master, in the order in which they started. One that has ended stays until it starts again; 100 at most. */
export type MasterStatus = readonly ClusterStatus[];
