import type { MemberRecord } from '../records/member.js';
import type { HostProgress, RollPlan, RollRecord } from '../records/roll.js';
import { RollError } from './errors.js';
import { isFinal, isInTransition, putBack, withHosts } from './hosts.js';
import { shortText } from './shortText.js';

/** What begins a roll. */
export interface RollStart {
  /** Different for each roll. */
  readonly id: string;
  readonly service: string;
  /** Who asks for it, for people. */
  readonly by: string;
  readonly plan: RollPlan;
  /** The hosts in their order, canary hosts first. Default: all members that run the service, by name. */
  readonly hosts?: readonly string[] | undefined;
}

/** The hosts that a roll is about, in their order. Throws `RollError` if there is none, or if one is no member or does not run the service. */
export const hostsOf = (
  { service, hosts }: Pick<RollStart, 'service' | 'hosts'>,
  members: ReadonlyMap<string, MemberRecord>,
): readonly string[] => {
  const running = [...members.values()]
    .filter(({ services }) => Object.hasOwn(services, service))
    .map(({ host }) => host);
  if (running.length === 0) {
    const known = [...new Set([...members.values()].flatMap(({ services }) => Object.keys(services)))].toSorted();
    const which = known.length === 0 ? 'The fleet has no services' : `The fleet runs ${known.join(', ')}`;
    throw new RollError('no-host', `No host runs ${service}. ${which}.`);
  }
  if (hosts === undefined) return running.toSorted();
  if (hosts.length === 0) throw new RollError('no-host', `A restart of ${service} needs at least one host, got none.`);
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw new RollError('no-host', `${twice} is named twice. Name each host once.`);
  const wrong = hosts.find((host) => !running.includes(host));
  if (wrong === undefined) return hosts;
  const what = members.has(wrong) ? `does not run ${service}` : 'is not among the members of the fleet';
  throw new RollError('no-host', `${wrong} ${what}. These run ${service}: ${running.toSorted().join(', ')}.`);
};

/**
 * The record of a new roll, in place of that of the roll before. Throws `RollError` if that one has not ended, or has hosts that may still be in their restart: more of them than allowed could be
 * in transition together. A host that will not come back is left out by naming the others.
 */
export const started = (before: RollRecord | undefined, start: RollStart, hosts: readonly string[]): RollRecord => {
  const { id, service, by, plan } = start;
  if (before?.id === id) return before;
  if (before?.phase === 'running')
    throw new RollError(
      'in-progress',
      `A restart of ${service}, begun by ${before.by}, is in progress. Wait for its end, or abort it.`,
    );
  if (before?.phase === 'halted')
    throw new RollError(
      'in-progress',
      `A restart of ${service}, begun by ${before.by}, has halted: ${before.why ?? ''}. Resume it, or abort it.`,
    );
  // A host that is cut off is no member, and still in its restart: it is left out only by somebody who names the others.
  const isMeant = ({ host }: HostProgress) => start.hosts === undefined || hosts.includes(host);
  const open = before?.hosts.filter((host) => isInTransition(host) && isMeant(host)) ?? [];
  if (open.length > 0) {
    const names = open.map(({ host }) => host).join(', ');
    throw new RollError(
      'in-transition',
      `${names} may still be in the restart of ${service} before. Wait for a report, or name only the other hosts.`,
    );
  }
  const waiting = hosts.map((host): HostProgress => ({ host, state: 'waiting', attempt: 0 }));
  return { format: 1, id, service, by: shortText(by), plan, phase: 'running', hosts: waiting };
};

/**
 * The record of a roll that goes on: its failed hosts wait for another turn, and no host that is done is restarted again. A host that could not be reached is asked at once, because it may still
 * be in its restart: so it is counted without a gap. Throws `RollError` if the roll has nothing left to do.
 */
export const resumed = (before: RollRecord | undefined, service: string): RollRecord => {
  const record = required(before, service);
  if (record.phase === 'running') return record;
  if (record.phase === 'aborted' || record.hosts.every(({ state }) => state === 'done'))
    throw new RollError('ended', `The restart of ${service} is ${record.phase}. Begin another one.`);
  const { why: _, ...rest } = withHosts(record, again);
  return { ...rest, phase: 'running' };
};

const again = (progress: HostProgress): HostProgress => {
  if (progress.state !== 'failed') return progress;
  const { unknown, why: _, ...rest } = progress;
  return unknown === true ? { ...rest, state: 'asked', attempt: rest.attempt + 1 } : { ...rest, state: 'waiting' };
};

/** The record of a roll that ends for good. Hosts that have begun end their restart, the others begin none. Throws `RollError` if there is no roll, or it is done. */
export const aborted = (before: RollRecord | undefined, service: string, why: string): RollRecord => {
  const record = required(before, service);
  if (record.phase === 'aborted') return record;
  if (record.phase === 'done')
    throw new RollError('ended', `The restart of ${service} is done. There is nothing to abort.`);
  return { ...withHosts(record, putBack), phase: 'aborted', why: shortText(why) };
};

const required = (record: RollRecord | undefined, service: string): RollRecord => {
  if (record !== undefined) return record;
  throw new RollError('no-roll', `There is no restart of ${service} in this fleet.`);
};

/** The steps of a plan: which hosts are asked together. For a dry run, and for what a plan implies. */
export const stepsOf = ({ hosts, plan }: Pick<RollRecord, 'hosts' | 'plan'>): readonly (readonly string[])[] => {
  const left = hosts.filter((progress) => !isFinal(progress)).map(({ host }) => host);
  const names = new Set(left);
  const canary = hosts
    .slice(0, plan.canary)
    .filter(({ host }) => names.has(host))
    .map(({ host }) => host);
  const others = left.slice(canary.length);
  const batches = Array.from({ length: Math.ceil(others.length / plan.batch) }, (_, index) =>
    others.slice(index * plan.batch, (index + 1) * plan.batch),
  );
  return canary.length === 0 ? batches : [canary, ...batches];
};
