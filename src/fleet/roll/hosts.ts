import type { HostProgress, RollRecord } from '../records/roll.js';

/** Whether a host may be in its restart: it was asked, has begun, or could not be reached since. */
export const isInTransition = ({ state, unknown }: HostProgress): boolean =>
  state === 'asked' || state === 'restarting' || (state === 'failed' && unknown === true);

/** Whether nothing more is expected of a host, unless the roll is resumed. */
export const isFinal = ({ state }: HostProgress): boolean => state === 'done' || state === 'failed';

export const failuresOf = ({ hosts }: RollRecord): readonly HostProgress[] =>
  hosts.filter(({ state }) => state === 'failed');

/** The hosts that are restarted first. */
export const canaryOf = ({ hosts, plan }: RollRecord): readonly HostProgress[] => hosts.slice(0, plan.canary);

/** The hosts that follow when the canary hosts have been watched. */
export const othersOf = ({ hosts, plan }: RollRecord): readonly HostProgress[] => hosts.slice(plan.canary);

/** Whether the soak is over. It is not repeated by another driver, nor when the roll is resumed: a host of the others has been asked. */
export const isPastSoak = (record: RollRecord): boolean => othersOf(record).some(({ attempt }) => attempt > 0);

/** Whether nothing changes any more until somebody resumes the roll or begins another one. */
export const isSettled = ({ phase, hosts }: RollRecord): boolean =>
  phase !== 'running' && !hosts.some(({ state }) => state === 'asked' || state === 'restarting');

/** The record with some hosts changed. */
export const withHosts = (record: RollRecord, change: (host: HostProgress) => HostProgress): RollRecord => ({
  ...record,
  hosts: record.hosts.map(change),
});

/** A host that has only been asked has begun nothing: it cannot begin any more once it waits again. */
export const putBack = (host: HostProgress): HostProgress =>
  host.state === 'asked' ? { ...host, state: 'waiting' } : host;
