import { expect, test } from 'vitest';
import { latencyBounds, type StatsEvent, type ClusterEvent } from '../../src/index.js';
import { clusterCounts } from '../../src/metrics/clusterCounts.js';
import type { Tally } from '../../src/metrics/tally.js';
import { workerSamples } from '../../src/metrics/workerSamples.js';

const stamp = { time: 0, seq: 1, cluster: 'web' } as const;
const worker = (id: number, slot = 1) => ({ id, slot, generation: id, cluster: 'web' });
const exit = (id: number, more: object) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  ({
    ...stamp,
    type: 'exit',
    worker: worker(id),
    code: null,
    signal: null,
    requested: false,
    reason: 'crash',
    uptime: 1,
    ...more,
  }) as ClusterEvent;

/** The values of a tally with one label. */
const countsOf = (tally: Tally): Readonly<Record<string, number>> =>
  Object.fromEntries(tally.samples('_total', {}).map(({ labels, value }) => [Object.values(labels)[0], value]));

test('crashes are counted by cause', () => {
  const counts = clusterCounts();
  const cause = { name: 'Error', message: 'no', stack: '' };
  counts.see(exit(1, { code: 1, cause }), 0);
  counts.see(exit(2, { code: 7 }), 0);
  counts.see(exit(3, { signal: 'SIGSEGV' }), 0);
  counts.see(exit(4, { reason: 'spawn' }), 0);
  counts.see({ ...stamp, type: 'hung', worker: worker(5), why: 'loop', silent: 1 }, 0);
  expect(counts.hangs(5)).toBe(true);
  counts.see(exit(5, { reason: 'requested', requested: true, signal: 'SIGKILL' }), 0);
  counts.see(exit(6, { reason: 'requested', requested: true, code: 0 }), 0);
  counts.see(exit(7, { reason: 'left', code: 0 }), 0);
  expect(countsOf(counts.tallies.crashes)).toEqual({ error: 1, code: 1, SIGSEGV: 1, spawn: 1, hung: 1 });
  expect(countsOf(counts.tallies.exits)).toEqual({ crash: 3, spawn: 1, requested: 2, left: 1 });
  expect(counts.hangs(5)).toBe(false);
});

test('drains and rolls are measured', () => {
  const counts = clusterCounts();
  counts.see({ ...stamp, type: 'restart-begin', roll: 1, requests: [], slots: [1] }, 1_000);
  expect(counts.rolls()).toBe(true);
  counts.see({ ...stamp, type: 'retire', worker: worker(1), why: 'roll' }, 2_000);
  counts.see(exit(1, { reason: 'requested' }), 5_000);
  counts.see(
    { ...stamp, type: 'restart-end', roll: 1, requests: [], result: { outcome: 'done', replaced: [1], kept: [] } },
    6_000,
  );
  expect(counts.rolls()).toBe(false);
  expect(counts.drains.samples({}).at(-2)).toMatchObject({ suffix: '_sum', value: 3 });
  expect(counts.rollTimes.samples({}).at(-2)).toMatchObject({ suffix: '_sum', value: 5 });
  expect(countsOf(counts.tallies.rolls)).toEqual({ done: 1, aborted: 0, cancelled: 0 });
});

const sample = (id: number, cpu: number, count: number, slot = 1): StatsEvent => ({
  ...stamp,
  type: 'stats',
  worker: worker(id, slot),
  uptime: 1,
  usage: { state: 'running', rss: 1, cpu },
  age: 0,
  report: {
    uptime: 1,
    eventLoop: { utilization: 0, delay: { mean: 0, p50: 0, p99: 0, max: 0 } },
    heap: { used: 1, total: 1, limit: 1 },
    requests: {
      inFlight: 0,
      completed: count,
      latency: { counts: [count, ...latencyBounds.map(() => 0)], sum: count * 2 },
    },
    connections: 0,
  },
});

test('the counters of a slot go on when its worker is replaced, and when sampling pauses', () => {
  const samples = workerSamples();
  const total = () => samples.totals().get(1);
  samples.add(sample(1, 100, 4), 0);
  samples.add(sample(1, 150, 6), 1);
  samples.pause();
  samples.add(sample(1, 200, 8), 2);
  expect(total()).toMatchObject({ cpu: 200, requestTime: 16 });
  samples.add(sample(2, 10, 1), 3);
  samples.end(1);
  samples.add(sample(2, 30, 2), 4);
  expect(total()).toMatchObject({ cpu: 230, requestTime: 20 });
  expect(total()?.requests[0]).toBe(10);
});

test('nothing is left of a thousand workers but their sums', () => {
  const samples = workerSamples();
  const counts = clusterCounts();
  for (let id = 1; id <= 1_000; id += 1) {
    samples.add(sample(id, 1, 1), 0);
    counts.see({ ...stamp, type: 'retire', worker: worker(id), why: 'roll' }, 0);
    counts.see(exit(id, { reason: 'requested' }), 0);
    samples.end(id);
  }
  expect(samples.size()).toBe(0);
  expect(samples.totals().size).toBe(1);
  expect(countsOf(counts.tallies.exits)).toEqual({ requested: 1_000, left: 0, crash: 0, spawn: 0 });
});
