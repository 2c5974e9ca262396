import type { Master } from '../../client.js';
import type { ClusterEvent, EventLevel, LogLevel, LogRecord, StatsEvent, WorkerRef } from '../../index.js';
import type { MasterStatus } from '../../status.js';

/** What is known about the masters, and what the user looks at. */
export interface View {
  /** The time of this process, in ms since the epoch; of a recording that of its events. */
  readonly now: number;
  readonly masters: readonly MasterView[];
  readonly logs: LogView;
  readonly look: Look;
  /** Set where a recording is played. */
  readonly player?: Player;
}

/** `silent`: it runs and does not answer. `ended`: its socket is gone. */
type Connection = 'connecting' | 'connected' | 'silent' | 'ended';

export interface MasterView {
  /** The path of its socket or its URL. */
  readonly at: Master['at'];
  readonly pid?: number;
  readonly connection: Connection;
  /** Since when, by the clock of this process. */
  readonly since: number;
  /** How far its clock is ahead of that of this process, in ms. */
  readonly ahead: number;
  /** The `time` of its last report: events up to it are part of it. */
  readonly reportedAt: number;
  readonly status: MasterStatus;
  /** The last sample of each worker, by its id. */
  readonly samples: ReadonlyMap<number, StatsEvent>;
  /** What the workers of each slot did, by `slotKey`. */
  readonly history: ReadonlyMap<string, readonly Point[]>;
  readonly lives: readonly Life[];
  readonly decisions: readonly Decision[];
}

/** What the worker of a slot did in about a second. */
export interface Point {
  readonly time: number;
  readonly worker: number;
  /** The share of a core. */
  readonly cpu?: number;
  /** In bytes. */
  readonly rss?: number;
  /** The utilisation of the event loop, from 0 to 1. */
  readonly loop?: number;
  /** HTTP requests per second. */
  readonly requests?: number;
  /** How many requests took how long, as in `Latency`. */
  readonly counts?: readonly number[];
}

/** A worker from its fork to its exit. */
export interface Life {
  readonly worker: WorkerRef;
  readonly cluster: string;
  readonly forkedAt: number;
  /** Why it was forked, if that is known. */
  readonly why?: string;
  readonly readyAt?: number;
  readonly exit?: { readonly time: number; readonly text: string; readonly level: EventLevel };
  /** The last of its events that a diagram shows. */
  readonly events: readonly ClusterEvent[];
}

/** A sentence about what a master did. */
export interface Decision {
  readonly time: number;
  readonly level: EventLevel;
  readonly cluster: string;
  readonly slot?: number;
  readonly text: string;
}

export interface LogView {
  /** The last ones, the oldest first. */
  readonly records: readonly LogRecord[];
  /** When lines were last left out, and how many in about a second. */
  readonly dropped: { readonly time: number; readonly count: number };
}

export const panes = ['all', 'marbles', 'decisions', 'logs'] as const;
type Pane = (typeof panes)[number];

export const logLevels = ['trace', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];

export interface Look {
  /** The key of a row. */
  readonly selected?: string;
  /** The slot that is open: the key of its row, and the slot itself. */
  readonly opened?: { readonly key: string; readonly target: Target };
  readonly sort: { readonly column: string; readonly descending: boolean };
  readonly filter: string;
  readonly pane: Pane;
  readonly level: (typeof logLevels)[number];
  /** How much of the past diagrams show, in ms. */
  readonly window: number;
  /** How many lines the decisions or logs are scrolled back. */
  readonly back: number;
  readonly dialog: Dialog;
  /** What became of a command. */
  readonly note?: { readonly text: string; readonly level: EventLevel; readonly time: number };
}

export type Dialog =
  | { readonly type: 'none' }
  | { readonly type: 'help' }
  | { readonly type: 'filter'; readonly before: string }
  | { readonly type: 'scale'; readonly target: Target; readonly size: number; readonly text: string }
  | { readonly type: 'confirm'; readonly action: Action };

/** A cluster, or a slot of it. */
export interface Target {
  /** The `at` of the master. */
  readonly master: string;
  readonly cluster: string;
  readonly slot?: number;
}

/** What is asked of a master. */
export type Action =
  | { readonly type: 'restart'; readonly target: Target }
  | { readonly type: 'stop'; readonly target: Target }
  | { readonly type: 'scale'; readonly target: Target; readonly from: number; readonly to: number }
  | { readonly type: 'pause' | 'resume'; readonly target: Target & { readonly slot: number } };

export interface Player {
  readonly file: string;
  readonly state: 'playing' | 'paused' | 'ended';
  /** How many times as fast as it was. */
  readonly speed: number;
  /** The times of its first and last event. */
  readonly from: number;
  readonly to: number;
}

export const slotKey = (cluster: string, slot: number): string => `${cluster}\n${slot}`;

export const newView = (now: number, player?: Player): View => ({
  now,
  masters: [],
  logs: { records: [], dropped: { time: 0, count: 0 } },
  look: {
    sort: { column: 'slot', descending: false },
    filter: '',
    pane: 'all',
    level: 'trace',
    window: 120_000,
    back: 0,
    dialog: { type: 'none' },
  },
  ...(player !== undefined && { player }),
});
