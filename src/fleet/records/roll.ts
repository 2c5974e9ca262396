/**
 * A rolling restart over many hosts, in the bucket `rolls` under the name of its service. One record has everything: each change is one compare-and-set, so no two parties ever decide from
 * different states, and there is one roll of a service at a time.
 */
export interface RollRecord {
  readonly format: 1;
  /** Different for each roll. */
  readonly id: string;
  readonly service: string;
  /** Who asked for it, for people. */
  readonly by: string;
  readonly plan: RollPlan;
  readonly phase: RollPhase;
  /** Why it has halted or was aborted. */
  readonly why?: string;
  readonly hosts: readonly HostProgress[];
}

export interface RollPlan {
  /** How many hosts are restarted first and watched. Default 1. */
  readonly canary: number;
  /** How many hosts at a time are in transition after the canary. Default 1. */
  readonly batch: number;
  /** How long the canary hosts are watched before the others begin, in ms. Default 60,000. */
  readonly soak: number;
  /** How long a host may take from being asked until it has reported, and then until all its workers are available, in ms. */
  readonly hostTimeout: number;
  /** How many hosts may fail before the roll halts. Default 0: the first failure halts it. A canary host that fails always halts it. */
  readonly maxFailures: number;
  /** How many crashes a host may have after its restart until the roll halts. Default 0. */
  readonly maxCrashes: number;
  /** Up to which 99th percentile of its requests a host counts as healthy after its restart, in ms. Without it the latency is not looked at. */
  readonly maxP99?: number;
}

/** `running` until `done`; `halted` after a failure, and `running` again when it is resumed; `aborted` for good. */
export type RollPhase = 'running' | 'halted' | 'aborted' | 'done';

/**
 * ```
 * waiting ──driver──▶ asked ──host──▶ restarting ──host──▶ done | failed
 *    ▲                  │                  │
 *    └──────resume──────┴──driver: timeout─┴────────────▶ failed
 * ```
 *
 * A host begins only after it has written `restarting` itself, so one that is cut off begins nothing. `asked`, `restarting`, and `failed` with `unknown` are in transition: they count against `batch`.
 */
export interface HostProgress {
  readonly host: string;
  readonly state: 'waiting' | 'asked' | 'restarting' | 'done' | 'failed';
  /** How often it was asked. */
  readonly attempt: number;
  /** Why it failed. */
  readonly why?: string;
  /** It could not be reached: it may still be in its restart. */
  readonly unknown?: true;
  /** What its code calls itself, before and after. */
  readonly from?: string;
  readonly to?: string;
  /** The crashes of its service when its restart was done, as its member record counts them: those after it are of the new code. */
  readonly crashes?: number;
}
