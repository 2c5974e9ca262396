import { expect, test } from 'vitest';
import type { Load } from '../../../src/web/samples/loads.js';
import { coarse, fine, foldSeries, type Point, withHistory } from '../../../src/web/samples/series.js';

/** How many of 18 buckets of a histogram have requests: those up to 1 ms, and those up to 10 ms. */
const countsOf = (fast: number, slow: number): readonly number[] => [
  0,
  fast,
  0,
  0,
  slow,
  ...Array.from({ length: 13 }, () => 0),
];

const load = (second: number, more: Partial<Load> = {}): Load => ({
  time: second * 1_000 + 20,
  cluster: 'shop',
  id: 1,
  slot: 1,
  ...more,
});

const point = (at: number, rate: number): Point => ({
  at,
  workers: 1,
  cpu: null,
  rss: null,
  loopMax: null,
  loopMean: null,
  rate,
  p50: null,
  p99: null,
});

const pointsOf = (series: ReturnType<typeof foldSeries>) =>
  (series.get('shop')?.points ?? []).map(({ at, rate }) => [at, rate]);

test('a step has the mean of what all workers did in its seconds, and the latency of all its requests', () => {
  const loads = Array.from({ length: 10 }, (_, at) => [
    load(100 + at, { cpu: 0.5, rss: 100, loop: 0.2, rate: at, counts: countsOf(9, 0) }),
    load(100 + at, { id: 2, cpu: 0.25, rss: 50, loop: at / 10, rate: 10, counts: countsOf(0, 1) }),
  ]).flat();
  const { points = [] } = foldSeries(new Map(), [...loads, load(110)], coarse).get('shop') ?? {};
  expect(points).toMatchObject([{ at: 100, workers: 2, cpu: 0.75, rss: 150, rate: 14.5, loopMax: 0.9 }]);
  expect(points[0]?.loopMean).toBeCloseTo(0.325);
  // Nine of ten requests were fast.
  expect(points[0]?.p50).toBeLessThanOrEqual(1);
  expect(points[0]?.p99).toBeGreaterThan(5);
});

test('what is not known in one second is not 0 in the step', () => {
  const loads = [load(100), load(101, { cpu: 0.5 }), load(102, { cpu: 1.5 }), load(110)];
  expect(foldSeries(new Map(), loads, coarse).get('shop')?.points).toMatchObject([{ cpu: 1, rate: null, p99: null }]);
});

test('a page that was opened later has the points of its server before its own, and those of a time without data', () => {
  const own = new Map([
    ['shop', { points: [...[43, 44, 45].map((at) => point(at, 1)), point(90, 1)], open: [load(91)] }],
  ]);
  const history = [20, 30, 40, 50, 60, 90].map((at) => point(at, 7));
  const both = withHistory(own, [
    ['shop', history],
    ['jobs', history],
  ]);
  expect(pointsOf(both)).toEqual([
    [20, 7],
    [30, 7],
    [43, 1],
    [44, 1],
    [45, 1],
    [50, 7],
    [60, 7],
    [90, 1],
  ]);
  expect(both.get('jobs')?.points).toHaveLength(6);
  // Its own go on, and the same history changes nothing.
  expect(withHistory(both, [['shop', history]])).toEqual(both);
  expect(pointsOf(foldSeries(both, [load(92)], fine)).at(-1)?.[0]).toBe(91);
});

test('an hour is kept, and not more', () => {
  const hours = (steps: typeof fine) =>
    Array.from({ length: 80 }, (_, at) => Array.from({ length: 100 }, (__, more) => load(100 * at + more))).reduce(
      (series, some) => foldSeries(series, some, steps),
      new Map() as ReturnType<typeof foldSeries>,
    );
  const [coarsely, finely] = [hours(coarse), hours(fine)];
  expect([coarsely.get('shop')?.points.length, coarsely.get('shop')?.open.length]).toEqual([360, 10]);
  expect(finely.get('shop')?.points).toHaveLength(3_600);
  // Those of the server that are older than an hour go with the next point.
  const both = withHistory(finely, [['shop', [point(4_000, 7)]]]);
  expect(both.get('shop')?.points[0]).toMatchObject({ at: 4_000 });
  expect(foldSeries(both, [load(8_000)], fine).get('shop')?.points).toMatchObject({ 0: { at: 4_400 }, length: 3_600 });
  const many = Array.from({ length: 100 }, (_, at) => load(1, { cluster: `cluster ${at}` }));
  expect(foldSeries(new Map(), many, coarse).size).toBe(50);
});

/** A load in each second. */
const run = (from: number, to: number): readonly Load[] =>
  Array.from({ length: to - from }, (_, index) => load(from + index, { rate: 1 }));

test.each([
  ['seconds', fine],
  ['ten seconds', coarse],
])('a clock that is set back leaves no gap: the series of %s goes on at the earlier time', (_, steps) => {
  const before = foldSeries(new Map(), run(1_000, 1_101), steps);
  const after = run(700, 721).reduce((series, one) => foldSeries(series, [one], steps), before);
  const times = pointsOf(after).map(([at]) => at);
  expect(times).toEqual(steps === fine ? Array.from({ length: 20 }, (__, index) => 700 + index) : [700, 710]);
});

test('a sample that is late by some seconds is no clock that was set back', () => {
  const series = foldSeries(new Map(), [load(100), load(101), load(105), load(98)], fine);
  expect(pointsOf(foldSeries(series, [load(99), load(106)], fine)).map(([at]) => at)).toEqual([98, 100, 101, 105]);
});
