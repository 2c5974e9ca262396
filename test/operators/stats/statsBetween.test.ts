import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { statsBetween } from '../../../src/operators/stats/statsBetween.js';
import { latencyBounds, type WorkerReport } from '../../../src/vocabulary/stats.js';
import { ref } from '../../marbles.js';

const buckets = latencyBounds.length + 1;

const reportOf = (uptime: number, counts: readonly number[]): WorkerReport => ({
  uptime,
  eventLoop: { utilization: 0, delay: { mean: 0, p50: 0, p99: 0, max: 0 } },
  heap: { used: 0, total: 0, limit: 0 },
  requests: {
    inFlight: 0,
    completed: counts.reduce((sum, count) => sum + count, 0),
    latency: { counts, sum: counts.reduce((sum, count, bucket) => sum + count * bucket, 0) },
  },
  connections: 0,
});

/** What a worker did in one stretch of time. */
const stretch = fc.record({
  over: fc.integer({ min: 1, max: 10_000 }),
  cpu: fc.integer({ min: 0, max: 10_000 }),
  counts: fc.array(fc.nat(1_000), { minLength: buckets, maxLength: buckets }),
});

/** Samples at the ends of stretches that follow each other. */
const samples = fc.array(stretch, { minLength: 3, maxLength: 3 }).map((stretches) => {
  let uptime = 0;
  let cpu = 0;
  let counts: readonly number[] = Array.from({ length: buckets }, () => 0);
  return stretches.map((more) => {
    uptime += more.over;
    cpu += more.cpu;
    counts = counts.map((count, bucket) => count + (more.counts[bucket] ?? 0));
    const usage = { state: 'running', rss: 1, cpu } as const;
    return { worker: ref(), uptime, usage, report: reportOf(uptime - 0.5, counts), did: more };
  });
});

test('it is what the worker did from one sample to the next', () => {
  fc.assert(
    fc.property(samples, ([before, after]) => {
      if (before === undefined || after === undefined) return;
      const { over, cpu, counts } = after.did;
      const rates = statsBetween(before, after);
      expect(rates?.over).toBe(over);
      expect(rates?.cpu).toBeCloseTo(cpu / over);
      expect(rates?.requests?.latency.counts).toEqual(counts);
      const completed = counts.reduce((sum, count) => sum + count, 0);
      expect(rates?.requests?.perSecond).toBeCloseTo((completed * 1_000) / over);
    }),
  );
});

test('two stretches together are the whole', () => {
  fc.assert(
    fc.property(samples, ([first, second, third]) => {
      if (first === undefined || second === undefined || third === undefined) return;
      const [one, other, whole] = [
        statsBetween(first, second),
        statsBetween(second, third),
        statsBetween(first, third),
      ];
      const countsOf = (rates: typeof one) => rates?.requests?.latency.counts ?? [];
      expect(countsOf(whole)).toEqual(countsOf(one).map((count, bucket) => count + (countsOf(other)[bucket] ?? 0)));
      expect((whole?.cpu ?? NaN) * (whole?.over ?? NaN)).toBeCloseTo(
        (one?.cpu ?? NaN) * (one?.over ?? NaN) + (other?.cpu ?? NaN) * (other?.over ?? NaN),
      );
    }),
  );
});

const counts = Array.from({ length: buckets }, () => 1);
const sample = { worker: ref(), uptime: 1_000, usage: undefined, report: reportOf(900, counts) };

test('of what is not known nothing is said', () => {
  expect(statsBetween(sample, { ...sample, uptime: 2_000 })).toEqual({
    over: 1_000,
    cpu: undefined,
    requests: undefined,
  });
  expect(statsBetween({ uptime: 0 }, { uptime: 1 })).toEqual({ over: 1, cpu: undefined, requests: undefined });
});

test('samples of two workers, and such that are not in order, are not compared', () => {
  expect(statsBetween(sample, { ...sample, uptime: 2_000, worker: ref({ id: 2 }) })).toBeUndefined();
  expect(statsBetween(sample, sample)).toBeUndefined();
  expect(statsBetween(sample, { ...sample, uptime: 500 })).toBeUndefined();
});

test('what is no sample is refused', () => {
  expect(() => Reflect.apply(statsBetween, undefined, [undefined, sample])).toThrow(
    'statsBetween(): expected two events of stats$, got undefined',
  );
  expect(() => Reflect.apply(statsBetween, undefined, [sample, 5])).toThrow('expected two events of stats$, got 5');
});
