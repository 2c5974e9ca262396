import type { Departure, FailedStart } from './events.js';

/** The slot gets its next worker after `delay` ms. */
export interface RespawnDecision {
  readonly type: 'respawn';
  readonly departure: Departure;
  readonly delay: number;
  /** The slot has reached a limit and is respawned slowly, because others serve or may serve soon. */
  readonly degraded?: boolean;
  readonly why: string;
  /** The limit of `departure.spent`. */
  readonly limit?: number;
  /** The failed starts of the slot, and how many it may have. */
  readonly start?: FailedStart;
}

/** The slot stays empty until the next restart or scaling. The cluster ends when every slot is vacant. */
export interface VacantDecision {
  readonly type: 'vacant';
  readonly departure: Departure;
  readonly why: string;
}

/** The cluster shuts down gracefully, and then errors with `ForkLimitError`. */
export interface GiveUpDecision {
  readonly type: 'give-up';
  readonly departure: Departure;
  readonly why: string;
  readonly limit?: number;
  readonly start?: FailedStart;
}

/** A decision of a respawn policy about a departure, which it contains. Plain data. */
export type Decision = RespawnDecision | VacantDecision | GiveUpDecision;
