import type { MemberRecord } from '../records/member.js';
import type { HostProgress, RollRecord } from '../records/roll.js';

/**
 * How a host is after its restart. `bad` halts the roll at once. `pending` may become better: the next host waits for it, up to `hostTimeout`.
 */
export type Health = { readonly is: 'good' } | { readonly is: 'gone' | 'pending' | 'bad'; readonly why: string };

/**
 * Judges a host by its member record. That may be from before the end of its restart, for a moment: a host publishes changes within a second. It was good then by the host's own word, because a restart is done when all new
 * workers are available.
 */
export const healthOf = (
  { service, plan }: RollRecord,
  progress: HostProgress,
  member: MemberRecord | undefined,
): Health => {
  const { host } = progress;
  if (member === undefined) return { is: 'gone', why: `${host} has left the fleet after its restart` };
  const state = member.services[service];
  if (state === undefined) return { is: 'pending', why: `${host} does not run ${service} any more` };
  // A master that was started again counts from 0.
  const crashes = state.crashes - Math.min(progress.crashes ?? 0, state.crashes);
  if (crashes > plan.maxCrashes)
    return { is: 'bad', why: `${host} had ${crashes} crashes of ${service} after its restart` };
  if (state.available < state.size)
    return { is: 'pending', why: `${host} has ${state.available} of ${state.size} workers available` };
  const { maxP99 = Infinity } = plan;
  if (state.p99 !== undefined && state.p99 > maxP99)
    return { is: 'pending', why: `${host} has a 99th percentile of ${state.p99} ms, above ${maxP99} ms` };
  return { is: 'good' };
};
