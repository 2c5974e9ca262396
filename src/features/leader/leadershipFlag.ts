/**
 * Where a worker's preload keeps whether it leads, under `Symbol.for(leadershipKey)` of `globalThis`: after a release the application may load
 * another copy of this package than the one that the master runs.
 */
export const leadershipKey = 'proteus-cluster:leadership';

export interface Leadership {
  leads: boolean;
  /** Called, one after the other, when `leads` has changed. */
  readonly listeners: Set<(leads: boolean) => void>;
}
