import type { MemberRecord } from '../records/member.js';
import type { RollRecord } from '../records/roll.js';

/**
 * What a process that watches a fleet knows of it. Times are in ms of a monotonic clock of this process, so the clocks of hosts do not matter; one is left out for what had happened before the process looked.
 */
export interface FleetState {
  /** Whether the store is reachable, and since when it is or is not. While it is not, nothing changes. */
  readonly reachable: boolean;
  readonly since: number;
  /** Why the store is not reachable, or what it has refused last. */
  readonly problem?: string;
  /** The members by name, and those that have left within the last hour, 100 at most. */
  readonly hosts: ReadonlyMap<string, HostState>;
  /** The last restart of each service. */
  readonly restarts: ReadonlyMap<string, RestartState>;
}

export interface HostState {
  readonly host: string;
  /** `member`: it is in the fleet. `left`: it said so. `silent`: nothing was heard of it for 20 s. `unreadable`: its record cannot be read. */
  readonly is: 'member' | 'left' | 'silent' | 'unreadable';
  /** Since when. */
  readonly since?: number;
  /** When its last record was heard. */
  readonly heardAt: number;
  /** What it has said of itself last. */
  readonly record?: MemberRecord;
  /** Why its record cannot be read. */
  readonly problem?: string;
}

export interface RestartState {
  /** Left out where it cannot be read. */
  readonly roll?: RollRecord;
  readonly problem?: string;
  /** When it began, and when it was done, halted or aborted. */
  readonly from?: number;
  readonly to?: number;
  /** The time in which the canary hosts are watched. */
  readonly soak?: TimeSpan;
  /** The last turn of each host, in their order. */
  readonly turns: readonly TimeSpan[];
}

/** `from` is left out for what has not begun or had begun before, `to` for what has not ended or had ended before. */
export interface TimeSpan {
  readonly from?: number;
  readonly to?: number;
}
