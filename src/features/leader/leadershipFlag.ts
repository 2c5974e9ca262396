/**
 * The preload puts its `Leadership` under `Symbol.for(leadershipKey)` of `globalThis`, because the application may load another copy of this package than
 * the one that the master runs.
 */
export const leadershipKey = 'proteus-cluster:leadership';

/** Whether this worker is the leader, for `leader$`. */
export interface Leadership {
  leads: boolean;
  /** Called in turn when `leads` has changed. */
  readonly listeners: Set<(leads: boolean) => void>;
  /** The term of the leader of a fleet. */
  term?: Term | undefined;
}

interface Term {
  readonly token: number;
  /** By the monotonic clock of the machine, in ms. Grows with each renewal. */
  until: number;
}

export const isLeadership = (value: unknown): value is Leadership =>
  typeof value === 'object' && value !== null && 'leads' in value && 'listeners' in value;
