import { expect, test } from 'vitest';
import { healthOf } from '../../../src/fleet/roll/health.js';
import { member, plan, roll } from './records.js';

const record = roll('d', { plan: { ...plan, maxP99: 200 } });
const health = (shop: Parameters<typeof member>[1], crashes = 0) =>
  healthOf(record, { host: 'a', state: 'done', attempt: 1, crashes }, member('a', shop));

test('a host is good when it has all its workers, no crashes and a low latency', () => {
  expect(health({ p99: 200 })).toEqual({ is: 'good' });
  expect(health({})).toEqual({ is: 'good' });
});

test('a crash is one since the restart was done', () => {
  expect(health({ crashes: 7 }, 7)).toEqual({ is: 'good' });
  expect(health({ crashes: 8 }, 7)).toMatchObject({ is: 'bad', why: 'a had 1 crashes of shop after its restart' });
});

test('a master that was started again counts its crashes from 0', () => {
  expect(health({ crashes: 0 }, 7)).toEqual({ is: 'good' });
});

test('what may become better is pending', () => {
  const progress = { host: 'a', state: 'done', attempt: 1 } as const;
  expect(healthOf(record, progress, { ...member('a'), services: {} })).toMatchObject({ is: 'pending' });
  expect(health({ available: 1 })).toEqual({ is: 'pending', why: 'a has 1 of 2 workers available' });
  expect(health({ p99: 201 })).toEqual({ is: 'pending', why: 'a has a 99th percentile of 201 ms, above 200 ms' });
});

test('a host that is no member any more is gone', () => {
  expect(healthOf(record, { host: 'a', state: 'done', attempt: 1 }, undefined)).toMatchObject({ is: 'gone' });
});
