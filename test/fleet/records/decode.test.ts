import { isDeepStrictEqual } from 'node:util';
import { anything, assert, infiniteStream, nat, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMember } from '../../../src/fleet/records/decodeMember.js';
import { decodeRoll } from '../../../src/fleet/records/decodeRoll.js';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import type { RollRecord } from '../../../src/fleet/records/roll.js';

const member: MemberRecord = {
  format: 1,
  host: 'web-1',
  instance: 'a1',
  pid: 42,
  version: '2.0.0',
  since: 1_700_000_000_000,
  services: {
    shop: {
      release: '1.2.3',
      phase: 'running',
      size: 2,
      available: 1,
      crashes: 0,
      p99: 12.5,
      slots: [{ slot: 1, generation: 3, phase: 'running' }],
    },
  },
};

const roll: RollRecord = {
  format: 1,
  id: 'r1',
  service: 'shop',
  by: 'ann@web-1',
  plan: { canary: 1, batch: 2, soak: 60_000, hostTimeout: 300_000, maxFailures: 0, maxCrashes: 0, maxP99: 250 },
  phase: 'halted',
  why: 'web-1 failed',
  hosts: [
    { host: 'web-1', state: 'failed', attempt: 1, why: 'timeout', unknown: true, from: '1', to: '2', crashes: 3 },
    { host: 'web-2', state: 'waiting', attempt: 0 },
  ],
};

const decoders = { member: decodeMember, roll: decodeRoll } as const;
const records = { member, roll } as const;
const kinds = ['member', 'roll'] as const;

test.for(kinds)('a %s record is read as it was written, without fields that are not known', (kind) => {
  const written: unknown = JSON.parse(JSON.stringify({ ...records[kind], later: 1 }));
  expect(decoders[kind](written)).toEqual({ record: records[kind] });
});

const problem = (value: unknown) => decodeRoll(value).problem;

test('what is wrong is named with its place, what was expected and what came', () => {
  expect(problem('x')).toBe('the record: expected an object, got "x"');
  expect(problem({ ...roll, format: 2 })).toBe('format: expected 1, got 2');
  expect(problem({ ...roll, hosts: [roll.hosts[1], { host: 'a', state: 'gone', attempt: 0 }] })).toBe(
    'hosts[1].state: expected "waiting" or "asked" or "restarting" or "done" or "failed", got "gone"',
  );
  expect(problem({ ...roll, plan: { ...roll.plan, batch: -1 } })).toBe(
    'plan.batch: expected a number, 0 or more, got -1',
  );
  expect(problem({ ...roll, plan: { ...roll.plan, batch: 1.5 } })).toBe(
    'plan.batch: expected a whole number, 0 or more, got 1.5',
  );
  expect(problem({ ...roll, plan: undefined })).toBe('plan: expected an object, got nothing');
  expect(decodeMember({ ...member, host: '' }).problem).toBe('host: expected a text that is not empty, got ""');
  expect(decodeMember({ ...member, services: { shop: {} } }).problem).toBe(
    'services.shop.release: expected a text of 10000 characters at most, got nothing',
  );
  expect(decodeMember({ ...member, version: 'x'.repeat(10_001) }).problem).toMatch(
    /^version: expected a text of 10000 /,
  );
});

test('a service that is named as a part of Object is a service', () => {
  const value: unknown = JSON.parse(JSON.stringify(member).replace('"shop":', '"__proto__":'));
  const { record } = decodeMember(value);
  expect(Object.entries(record?.services ?? {})).toEqual([['__proto__', member.services['shop']]]);
});

test.for(kinds)('any input gives a %s record or a problem, and never throws', (kind) => {
  const decode = decoders[kind];
  assert(
    property(anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true, withMap: true }), (value) => {
      expect(Object.keys(decode(value))).toHaveLength(1);
    }),
  );
});

/** A record in which one value, at any depth, has been replaced. */
const damaged = (record: unknown) =>
  tuple(infiniteStream(nat(20)), anything()).map(([choices, replacement]) => {
    const copy: unknown = JSON.parse(JSON.stringify(record));
    let place: unknown = copy;
    for (;;) {
      if (typeof place !== 'object' || place === null) return copy;
      const keys = Object.keys(place);
      const key = keys[(choices.next().value ?? 0) % keys.length];
      if (key === undefined) return copy;
      const next: unknown = Reflect.get(place, key);
      if (typeof next !== 'object' || next === null || choices.next().value === 0) {
        Reflect.set(place, key, replacement);
        return copy;
      }
      place = next;
    }
  });

test.for(kinds)('of a %s record that is damaged at one place, all that is read fits its type', (kind) => {
  const decode = decoders[kind];
  assert(
    property(damaged(records[kind]), (value) => {
      const decoded = decode(value);
      // What has been read is a record: it is read again as the same.
      const isRecord = decoded.problem === undefined && isDeepStrictEqual(decode(decoded.record), decoded);
      expect(isRecord || /: expected /.test(decoded.problem ?? '')).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
