import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantile } from '../../../src/operators/stats/quantile.js';
import { latencyBounds } from '../../../src/vocabulary/stats.js';

const bucketOf = (time: number): number => {
  const bucket = latencyBounds.findIndex((bound) => time <= bound);
  return bucket === -1 ? latencyBounds.length : bucket;
};

const histogramOf = (times: readonly number[]) => ({
  counts: [...latencyBounds, Infinity].map((_, bucket) => times.filter((time) => bucketOf(time) === bucket).length),
});

const times = fc.array(
  fc.oneof(fc.double({ min: 0.001, max: 20_000, noNaN: true }), fc.constantFrom(...latencyBounds)),
  {
    minLength: 1,
    maxLength: 200,
  },
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

test('nothing is known of no request', () => {
  expect(quantile(0.5)).toBeUndefined();
  expect(quantile(0.5, histogramOf([]))).toBeUndefined();
});

test('it is interpolated within a bucket, and of the last bucket it is the bound', () => {
  expect(quantile(0.5, histogramOf([60, 60, 60, 60]))).toBe(62.5);
  expect(quantile(1, histogramOf([1, 60]))).toBe(75);
  expect(quantile(0.99, histogramOf([60_000]))).toBe(10_000);
  expect(quantile(0, histogramOf([60, 60]))).toBe(50);
});

test('it is in the bucket of the time that has this rank', () => {
  fc.assert(
    fc.property(times, share, (all, q) => {
      const sorted = all.toSorted((one, other) => one - other);
      const exact = sorted[Math.max(0, Math.ceil(q * all.length) - 1)] ?? NaN;
      const bucket = bucketOf(exact);
      const estimate = quantile(q, histogramOf(all)) ?? NaN;
      expect(estimate).toBeGreaterThanOrEqual(latencyBounds[bucket - 1] ?? 0);
      expect(estimate).toBeLessThanOrEqual(latencyBounds[bucket] ?? latencyBounds[bucket - 1] ?? NaN);
    }),
  );
});

test('it does not fall with a larger share', () => {
  fc.assert(
    fc.property(times, share, share, (all, one, other) => {
      const at = (q: number) => quantile(q, histogramOf(all)) ?? NaN;
      expect(at(Math.min(one, other))).toBeLessThanOrEqual(at(Math.max(one, other)));
    }),
  );
});

test('that of several histograms is that of all times', () => {
  fc.assert(
    fc.property(times, times, share, (one, other, q) => {
      expect(quantile(q, histogramOf(one), histogramOf(other))).toBe(quantile(q, histogramOf([...one, ...other])));
    }),
  );
});

test.each([[-0.1], [1.1], [NaN], ['0.5'], [undefined]])('a share of %s is refused', (q) => {
  expect(() => Reflect.apply(quantile, undefined, [q])).toThrow('quantile(): expected a number from 0 to 1, got');
});
