import { isDeepStrictEqual } from 'node:util';
import { decodeMember } from '../records/decodeMember.js';
import type { MemberRecord } from '../records/member.js';
import type { Entry, Removed } from '../store/store.js';
import type { MembershipEvent } from './events.js';

/** The members of a fleet by the names of their hosts. */
export type Members = ReadonlyMap<string, MemberRecord>;

/** Who is in the fleet, and what the last input has changed. */
export interface KnownMembers {
  readonly members: Members;
  readonly events: readonly MembershipEvent[];
}

/** A change of the bucket, or `tick`: some time has passed in which the store was reachable. */
export type MembersInput = Entry | Removed | 'ready' | 'tick';

/** How often `tick` comes, in ms. */
export const tickMs = 2_500;

/** So many ticks without a word end a membership: 20 s. */
const maxSilence = 8;

/**
 * Folds what the bucket `members` says. What is read before `ready` is told with it; until then the result is `undefined`, and also when nothing has changed.
 * With `heartbeats` a record that was written again unchanged is a new object, and is told.
 */
export const memberFold = (heartbeats = false): ((input: MembersInput) => KnownMembers | undefined) => {
  let members: Members = new Map();
  let events: MembershipEvent[] = [];
  let isReady = false;
  let versions = '';
  /** For how many ticks nothing was heard of a host. Not copied with each heartbeat: a fleet has hundreds of them in a second. */
  const silence = new Map<string, number>();
  const problems = new Map<string, string>();

  const leave = (host: string, why: 'left' | 'silent' | 'unreadable'): void => {
    silence.delete(host);
    if (!members.has(host)) return;
    members = new Map(Array.from(members).filter(([name]) => name !== host));
    events.push({ type: 'member-left', host, why });
  };
  const reject = (host: string, problem: string): void => {
    leave(host, 'unreadable');
    silence.set(host, 0);
    if (problems.get(host) === problem) return;
    problems.set(host, problem);
    events.push({ type: 'member-unreadable', host, problem });
  };
  const hear = ({ key, value }: Entry): void => {
    const { record, problem } = decodeMember(value);
    if (record === undefined) return reject(key, problem);
    if (record.host !== key)
      return reject(key, `host: expected ${JSON.stringify(key)}, got ${JSON.stringify(record.host)}`);
    problems.delete(key);
    silence.set(key, 0);
    const before = members.get(key);
    const isSame = isDeepStrictEqual(before, record);
    if (isSame && !heartbeats) return;
    members = new Map(members).set(key, record);
    if (isSame) return;
    if (before?.instance === record.instance) {
      events.push({ type: 'member-changed', host: key, record });
      return;
    }
    if (before !== undefined) events.push({ type: 'member-left', host: key, why: 'restarted' });
    events.push({ type: 'member-joined', host: key, record, already: !isReady });
  };
  const passTick = (): void => {
    for (const [host, ticks] of silence) {
      if (ticks < maxSilence) silence.set(host, ticks + 1);
      else {
        leave(host, 'silent');
        problems.delete(host);
      }
    }
  };
  const compareVersions = (): void => {
    // Without a prototype: a version is a text of another host, such as 'constructor'.
    const byVersion: Record<string, string[]> = Object.create(null);
    for (const { version, host } of members.values()) (byVersion[version] ??= []).push(host);
    const found = Object.keys(byVersion).toSorted().join(' ');
    if (found === versions) return;
    versions = found;
    if (Object.keys(byVersion).length > 1) events.push({ type: 'versions-differ', versions: byVersion });
  };

  return (input) => {
    if (input === 'ready') isReady = true;
    else if (input === 'tick') passTick();
    else if ('removed' in input) {
      problems.delete(input.key);
      leave(input.key, 'left');
    } else hear(input);
    const isHeartbeat = heartbeats && typeof input !== 'string';
    if (!isReady || (events.length === 0 && input !== 'ready' && !isHeartbeat)) return undefined;
    if (events.some(({ type }) => type !== 'member-changed') || input === 'ready') compareVersions();
    const told = events;
    events = [];
    return { members, events: told };
  };
};
