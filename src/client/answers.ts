import type { ClusterEvent, EventLevel, LogLevel } from '../index.js';
import type { ClusterStatus } from '../status.js';

/** Which cluster of a master. Default: all. */
export interface ClusterSelection {
  readonly cluster?: string | undefined;
}

/** Which slot. Default: all slots. */
export interface SlotSelection extends ClusterSelection {
  readonly slot?: number | undefined;
}

/** What a master says about itself. */
export interface Ping {
  readonly pid: number;
  /** Of proteus-cluster. */
  readonly version: string;
  /** Of events: `eventFormat`. */
  readonly format: number;
  /** The version of Node. */
  readonly node: string;
}

/** A master and its clusters. Times in ms since the epoch. */
export interface MasterReport {
  readonly pid: number;
  readonly version: string;
  readonly format: number;
  readonly time: number;
  readonly startedAt: number;
  readonly clusters: readonly ClusterStatus[];
}

/** An event of a master. */
export interface EventLine {
  /** Counts the events of the master from 1, over all of its clusters. */
  readonly id: number;
  readonly level: EventLevel;
  /** The sentence of the log. */
  readonly text: string;
  readonly event: ClusterEvent;
}

/** Events that the master does not keep any more. */
export interface Gap {
  readonly gap: { readonly from: number; readonly to: number };
}

/** Lines that were not sent, because this client reads too slowly or has asked for fewer. */
export interface Dropped {
  readonly dropped: number;
}

/** Which events. */
export interface EventQuery extends SlotSelection {
  readonly type?: readonly string[] | undefined;
  /** Continues after the event with this id. */
  readonly since?: number | undefined;
  /** Begins with so many events before now. */
  readonly last?: number | undefined;
  /** Whether the stream goes on with the events that come. Default: false. */
  readonly follow?: boolean | undefined;
}

/** Which lines of workers. */
export interface LogQuery extends SlotSelection {
  /** The lowest level. */
  readonly level?: LogLevel | undefined;
  readonly output?: 'stdout' | 'stderr' | undefined;
  /** So many lines before now. */
  readonly lines?: number | undefined;
  /** With `follow`: so many lines a second at most, the others are counted in `Dropped`. Default: all. */
  readonly rate?: number | undefined;
  /** Whether the stream goes on with the lines that come. Default: false. */
  readonly follow?: boolean | undefined;
}

/** A shutdown has ended. */
export interface ShutdownResult {
  readonly outcome: 'done';
}
