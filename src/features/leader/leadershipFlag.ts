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
}
