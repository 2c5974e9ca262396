import type { WorkerRef } from '../../vocabulary/events.js';

/** What is asked for the worker of a slot. */
export interface PauseCommand {
  readonly asked: 'pause' | 'resume';
  readonly slot: number;
  /** Who asks. */
  readonly why: string;
}

interface OfSlot {
  readonly slot: number;
  /** The worker of the slot. Left out if several clusters were asked, or the slot has no worker. */
  readonly worker?: WorkerRef;
}

/** The worker is paused. */
export interface Paused extends OfSlot {
  readonly outcome: 'paused';
  readonly why?: undefined;
  /** Where several clusters were asked together: the result of each, by name. */
  readonly clusters?: Readonly<Record<string, PauseResult>>;
}

/** The worker is in rotation. */
export interface Resumed extends OfSlot {
  readonly outcome: 'resumed';
  readonly why?: undefined;
  /** Where several clusters were asked together: the result of each, by name. */
  readonly clusters?: Readonly<Record<string, ResumeResult>>;
}

/** All stays as it was. */
interface Refused<R> extends OfSlot {
  readonly outcome: 'refused';
  readonly why: string;
  /** Where several clusters were asked together: the result of each, by name. `why` is of the first one that refused. */
  readonly clusters?: Readonly<Record<string, R>>;
}

/** What became of `pause()`. Compare `outcome` to narrow the type. */
export type PauseResult = Paused | Refused<PauseResult>;

/** What became of `resume()`. Compare `outcome` to narrow the type. */
export type ResumeResult = Resumed | Refused<ResumeResult>;

/** The result of one or the other, of one cluster. */
export type Result = Paused | Resumed | Refused<never>;
