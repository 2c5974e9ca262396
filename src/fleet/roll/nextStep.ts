import type { MemberRecord } from '../records/member.js';
import type { HostProgress, RollPlan, RollRecord } from '../records/roll.js';
import { type Health, healthOf } from './health.js';
import {
  canaryOf,
  failuresOf,
  isFinal,
  isInTransition,
  isPastSoak,
  isSettled,
  othersOf,
  putBack,
  withHosts,
} from './hosts.js';
import { shortText } from './shortText.js';

/** What the driver of a roll knows besides the record. */
export interface Facts {
  readonly members: ReadonlyMap<string, MemberRecord>;
  /** The waits of `waitsOf` that have lasted their time. */
  readonly passed: ReadonlySet<string>;
  /** Why an operator of the user's calls the fleet unhealthy. */
  readonly unhealthy?: string | undefined;
}

/** For how long a host must be missing among the members until it counts as not reachable, in ms: longer than the pause between two heartbeats. */
const absence = 10_000;

/** What the driver waits for, by name, and for how long at most, in ms. It counts the time from when it first saw the wait, by its own clock. */
export const waitsOf = (record: RollRecord, facts: Facts): ReadonlyMap<string, number> => {
  const missing = nextInLine(record, facts).filter(({ host }) => !facts.members.has(host));
  return new Map([
    ...record.hosts.flatMap((progress) => waitOf(record, progress, facts)),
    ...missing.map((progress) => [nameOf('absent', progress), absence] as const),
    ...(isSoaking(record, facts) ? [['soak', record.plan.soak] as const] : []),
  ]);
};

type Wait = 'report' | 'absent' | 'healthy' | 'gone';

const nameOf = (wait: Wait, { host, attempt }: HostProgress): string => `${wait} ${host} ${attempt}`;

const waitOf = (record: RollRecord, progress: HostProgress, facts: Facts): readonly (readonly [string, number])[] => {
  const { state } = progress;
  const { hostTimeout } = record.plan;
  if (state === 'asked' || state === 'restarting') return [[nameOf('report', progress), hostTimeout]];
  if (record.phase !== 'running' || state !== 'done') return [];
  const health = healthIn(record, progress, facts).is;
  if (health === 'gone') return [[nameOf('gone', progress), absence]];
  if (health === 'pending') return [[nameOf('healthy', progress), hostTimeout]];
  return [];
};

const healthIn = (record: RollRecord, progress: HostProgress, { members }: Facts): Health =>
  healthOf(record, progress, members.get(progress.host));

const isGood = (record: RollRecord, progress: HostProgress, facts: Facts): boolean =>
  progress.state !== 'done' || healthIn(record, progress, facts).is === 'good';

const isSoaking = (record: RollRecord, facts: Facts): boolean =>
  record.phase === 'running' &&
  !isPastSoak(record) &&
  canaryOf(record).every((progress) => progress.state === 'done' && isGood(record, progress, facts));

/**
 * What the driver writes next, or `undefined` as long as there is nothing to decide. Pure: the same record and facts give the same step, so it does not matter which member drives.
 */
export const nextStep = (record: RollRecord, facts: Facts): RollRecord | undefined => {
  if (isSettled(record)) return undefined;
  const reported = withHosts(record, (progress) => afterSilence(record.plan, progress, facts));
  const silent = reported.hosts.some((progress, index) => progress !== record.hosts[index]);
  if (record.phase !== 'running') return silent ? reported : undefined;
  const why = whyHalt(reported, facts);
  if (why !== undefined) return { ...withHosts(reported, putBack), phase: 'halted', why: shortText(why) };
  if (silent) return reported;
  if (record.hosts.every((progress) => isFinal(progress) && isGood(record, progress, facts)))
    return { ...record, phase: 'done' };
  return asking(record, facts);
};

/** A host that has not reported in time, or is not there to be asked, counts as failed. It may be in its restart, so it stays in transition. */
const afterSilence = ({ hostTimeout }: RollPlan, progress: HostProgress, { passed }: Facts): HostProgress => {
  const { state } = progress;
  if ((state === 'asked' || state === 'restarting') && passed.has(nameOf('report', progress))) {
    const what = state === 'asked' ? 'did not answer' : 'did not report';
    return { ...progress, state: 'failed', unknown: true, why: `${what} within ${hostTimeout} ms` };
  }
  if (state === 'waiting' && passed.has(nameOf('absent', progress)))
    return { ...progress, state: 'failed', unknown: true, why: 'is not among the members of the fleet' };
  return progress;
};

const whyHalt = (record: RollRecord, facts: Facts): string | undefined => {
  const canary = canaryOf(record).find(({ state }) => state === 'failed');
  if (canary !== undefined) return `the canary ${canary.host} failed: ${canary.why ?? ''}`;
  const failures = failuresOf(record);
  const last = failures.at(-1);
  if (last !== undefined && failures.length > record.plan.maxFailures)
    return `${failures.length} of ${record.hosts.length} hosts failed, at last ${last.host}: ${last.why ?? ''}`;
  return whyUnhealthy(record, facts) ?? facts.unhealthy ?? whyStuck(record);
};

const whyUnhealthy = (record: RollRecord, facts: Facts): string | undefined => {
  for (const progress of record.hosts) {
    if (progress.state !== 'done') continue;
    const health = healthIn(record, progress, facts);
    if (health.is === 'bad') return health.why;
    if (health.is === 'gone' && facts.passed.has(nameOf('gone', progress))) return health.why;
    if (health.is === 'pending' && facts.passed.has(nameOf('healthy', progress)))
      return `${health.why}, ${record.plan.hostTimeout} ms after its restart`;
  }
  return undefined;
};

/** Hosts that could not be reached have taken all places, and nobody else will make room. */
const whyStuck = (record: RollRecord): string | undefined => {
  const unknown = record.hosts.filter((progress) => progress.state === 'failed' && progress.unknown === true);
  const isStuck =
    record.hosts.some(({ state }) => state === 'waiting') &&
    !record.hosts.some(({ state }) => state === 'asked' || state === 'restarting') &&
    unknown.length >= limitOf(record);
  return isStuck
    ? `no room for another host: ${unknown.map(({ host }) => host).join(', ')} may be in a restart`
    : undefined;
};

/** How many hosts may be in transition now. */
const limitOf = (record: RollRecord): number =>
  canaryOf(record).every(isFinal) ? record.plan.batch : record.plan.canary;

/** Asks the hosts that are next. */
const asking = (record: RollRecord, facts: Facts): RollRecord | undefined => {
  const next = new Set(nextInLine(record, facts).filter(({ host }) => facts.members.has(host)));
  if (next.size === 0) return undefined;
  return withHosts(record, (progress) =>
    next.has(progress) ? { ...progress, state: 'asked', attempt: progress.attempt + 1 } : progress,
  );
};

/** The hosts that there is room for now. One that is done and not yet healthy takes up room, and so does one that is missing: nobody overtakes it. */
const nextInLine = (record: RollRecord, facts: Facts): readonly HostProgress[] => {
  if (record.phase !== 'running') return [];
  const taken = record.hosts.filter((progress) => isInTransition(progress) || !isGood(record, progress, facts)).length;
  return candidates(record, facts)
    .filter(({ state }) => state === 'waiting')
    .slice(0, Math.max(0, limitOf(record) - taken));
};

const candidates = (record: RollRecord, facts: Facts): readonly HostProgress[] => {
  if (!canaryOf(record).every(isFinal)) return canaryOf(record);
  return isPastSoak(record) || facts.passed.has('soak') ? othersOf(record) : [];
};
