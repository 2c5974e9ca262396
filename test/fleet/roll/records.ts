import type { MemberRecord, ServiceRecord } from '../../../src/fleet/records/member.js';
import type { HostProgress, RollPlan, RollRecord } from '../../../src/fleet/records/roll.js';

export const plan: RollPlan = { canary: 1, batch: 1, soak: 10, hostTimeout: 50, maxFailures: 0, maxCrashes: 0 };

/**
 * Hosts a, b, c … of a picture with a letter each: `w` waiting, `W` waiting after it was asked once, `a` asked, `r` restarting, `d` done, `f` failed, `u` failed and may be in its restart.
 */
export const hosts = (picture: string): readonly HostProgress[] =>
  Array.from(picture, (letter, index) => ({ host: 'abcdefghij'.charAt(index), ...progress(letter) }));

const progress = (letter: string): Omit<HostProgress, 'host'> => {
  if (letter === 'w') return { state: 'waiting', attempt: 0 };
  if (letter === 'W') return { state: 'waiting', attempt: 1 };
  if (letter === 'a') return { state: 'asked', attempt: 1 };
  if (letter === 'r') return { state: 'restarting', attempt: 1 };
  if (letter === 'd') return { state: 'done', attempt: 1, crashes: 0 };
  if (letter === 'f') return { state: 'failed', attempt: 1, why: 'not ready' };
  return { state: 'failed', attempt: 1, why: 'silent', unknown: true };
};

/** The hosts of a record as their picture. */
export const pictureOf = (record: RollRecord | undefined): string => record?.hosts.map(letterOf).join('') ?? 'nothing';

const letterOf = ({ state, attempt, unknown }: HostProgress): string => {
  if (state === 'waiting') return attempt === 0 ? 'w' : 'W';
  if (unknown === true) return 'u';
  return state.charAt(0);
};

/** A roll with such hosts. */
export const roll = (picture: string, changes: Partial<RollRecord> = {}): RollRecord => ({
  format: 1,
  id: 'one',
  service: 'shop',
  by: 'anna',
  plan,
  phase: 'running',
  hosts: hosts(picture),
  ...changes,
});

export const member = (host: string, shop: Partial<ServiceRecord> = {}): MemberRecord => ({
  format: 1,
  host,
  instance: `${host}#1`,
  pid: 1,
  version: '2.0.0',
  since: 0,
  services: { shop: { release: 'v1', phase: 'running', size: 2, available: 2, crashes: 0, slots: [], ...shop } },
});

/** These hosts as members of a fleet. */
export const membersOf = (names: string, ...others: readonly MemberRecord[]): ReadonlyMap<string, MemberRecord> =>
  new Map([...Array.from(names, (host) => member(host)), ...others].map((one) => [one.host, one]));
