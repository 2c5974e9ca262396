import { expect, test } from 'vitest';
import type { MembershipEvent } from '../../../src/fleet/membership/events.js';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import type { HostState } from '../../../src/fleet/state/fleetState.js';
import { foldHosts } from '../../../src/fleet/state/foldHosts.js';
import { aMember } from '../membership/aMember.js';

const known = (records: readonly MemberRecord[], ...events: readonly MembershipEvent[]) => ({
  members: new Map(records.map((record) => [record.host, record])),
  events,
});
const joined = (record: MemberRecord, already = false): MembershipEvent => ({
  type: 'member-joined',
  host: record.host,
  record,
  already,
});
const left = (host: string, why: 'left' | 'silent' | 'restarted' | 'unreadable'): MembershipEvent => ({
  type: 'member-left',
  host,
  why,
});

const unreadable = (host: string, problem: string): MembershipEvent => ({ type: 'member-unreadable', host, problem });

/** `a member heard 10 since 10`. */
const shown = (hosts: ReadonlyMap<string, HostState>): readonly string[] =>
  Array.from(
    hosts.values(),
    ({ host, is, heardAt, since = 'before', problem }) =>
      `${host} ${is} heard ${heardAt} since ${since}${problem === undefined ? '' : `: ${problem}`}`,
  );

const [a, b] = [aMember('a'), aMember('b')];
const none: ReadonlyMap<string, HostState> = new Map();

test('a host that was there before is a member since nobody knows when, one that joins is since then', () => {
  const first = foldHosts(none, known([a], joined(a, true)), 10);
  const second = foldHosts(first, known([a, b], joined(b)), 20);
  expect(shown(second)).toEqual(['a member heard 10 since before', 'b member heard 20 since 20']);
});

test('a record that was written again is heard, and the others are as before', () => {
  const first = foldHosts(none, known([a, b], joined(a), joined(b)), 10);
  const again = foldHosts(first, known([a, { ...b }]), 15);
  expect(shown(again)).toEqual(['a member heard 10 since 10', 'b member heard 15 since 10']);
  expect(again.get('a')).toBe(first.get('a'));
});

test('a host that has left is kept with the reason, its last record and when it was heard, until it is back', () => {
  const first = foldHosts(none, known([a, b], joined(a), joined(b)), 10);
  const gone = foldHosts(first, known([], left('a', 'left'), left('b', 'silent')), 30_000);
  expect(shown(gone)).toEqual(['a left heard 10 since 30000', 'b silent heard 10 since 30000']);
  expect(gone.get('b')?.record).toBe(b);
  const back = foldHosts(gone, known([b], joined(b)), 40_000);
  expect(shown(back)).toEqual(['b member heard 40000 since 40000', 'a left heard 10 since 30000']);
});

test('a master that was started again is a member since then', () => {
  const first = foldHosts(none, known([a], joined(a, true)), 10);
  const next = aMember('a', { instance: 'a2' });
  expect(shown(foldHosts(first, known([next], left('a', 'restarted'), joined(next)), 20))).toEqual([
    'a member heard 20 since 20',
  ]);
});

test('a record that cannot be read is told with its problem, whether or not the host was a member', () => {
  const first = foldHosts(none, known([a], joined(a)), 10);
  const after = foldHosts(
    first,
    known([], left('a', 'unreadable'), unreadable('a', 'pid: expected a number'), unreadable('x', 'no record')),
    20,
  );
  expect(shown(after)).toEqual([
    'a unreadable heard 10 since 20: pid: expected a number',
    'x unreadable heard 20 since 20: no record',
  ]);
  expect(shown(foldHosts(after, known([], left('x', 'silent')), 30))[1]).toBe('x silent heard 20 since 30');
});

test('hosts that have left are forgotten after an hour, and a hundred are kept', () => {
  const names = Array.from({ length: 150 }, (_, at) => `h${at}`);
  const records = names.map((name) => aMember(name));
  const all = foldHosts(none, known(records, ...records.map((record) => joined(record))), 0);
  const gone = foldHosts(all, known([], ...names.map((name) => left(name, 'left'))), 10);
  expect([gone.size, gone.has('h49'), gone.has('h50')]).toEqual([100, false, true]);
  expect(foldHosts(gone, known([]), 3_600_009).size).toBe(100);
  expect(foldHosts(gone, known([]), 3_600_010).size).toBe(0);
});
