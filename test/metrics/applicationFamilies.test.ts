import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { applicationFamilies } from '../../src/metrics/applicationFamilies.js';
import { formatFamilies } from '../../src/metrics/format.js';
import type { ApplicationMetric, ApplicationMetrics } from '../../src/index.js';
import { readOpenMetrics, valueOf } from './openMetrics.js';

const none = () => {};
const answer = (id: number, metrics: readonly ApplicationMetric[], leftOut = 0): ApplicationMetrics => ({
  worker: { id, slot: id, generation: 1, cluster: 'web' },
  metrics,
  leftOut,
});
const counter = (name: string, values: Readonly<Record<string, number>>): ApplicationMetric => ({
  name,
  help: 'It counts.',
  type: 'counter',
  aggregator: 'sum',
  values: Object.entries(values).map(([kind, value]) => ({ sample: name, labels: { kind }, value })),
});
const readOf = (families: ReturnType<typeof applicationFamilies>) =>
  readOpenMetrics(formatFamilies(families.merged(), 'openmetrics'));

test('what workers have counted that are gone stays, and what they have set does not', () => {
  const families = applicationFamilies('web', none);
  const gauge: ApplicationMetric = { ...counter('open', { a: 5 }), type: 'gauge' };
  families.take(answer(1, [counter('orders_total', { a: 2 }), gauge]), 0);
  families.take(answer(2, [counter('orders_total', { a: 3 }), gauge]), 0);
  expect(valueOf(readOf(families), 'open', { kind: 'a' })).toBe(10);
  families.end(1);
  families.take(answer(3, [counter('orders_total', { a: 1 })]), 0);
  expect(valueOf(readOf(families), 'orders_total', { kind: 'a', cluster: 'web' })).toBe(6);
  expect(valueOf(readOf(families), 'open', { kind: 'a' })).toBe(5);
});

test('a counter that a worker sets back or removes is counted on', () => {
  const families = applicationFamilies('web', none);
  for (const values of [{ a: 2, b: 1 }, { a: 5, b: 1 }, { a: 1 }, { a: 2, b: 4 }])
    families.take(answer(1, [counter('orders_total', values)]), 0);
  expect(valueOf(readOf(families), 'orders_total', { kind: 'a' })).toBe(7);
  expect(valueOf(readOf(families), 'orders_total', { kind: 'b' })).toBe(5);
});

test('sums never go back, whatever workers answer, restart or leave', () => {
  const step = fc.record({ id: fc.integer({ min: 1, max: 3 }), value: fc.nat(50), end: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const families = applicationFamilies('web', none);
      let last = 0;
      for (const { id, value, end } of steps) {
        if (end) families.end(id);
        else families.take(answer(id, [counter('orders_total', { a: value })]), 0);
        const now = valueOf(readOf(families), 'orders_total') ?? 0;
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
    }),
  );
});

const histogram = (bounds: readonly string[], counts: readonly number[]): ApplicationMetric => ({
  ...counter('took', {}),
  type: 'histogram',
  values: [
    ...bounds.map((le, at) => ({ sample: 'took_bucket', labels: { le }, value: counts[at] ?? 0 })),
    { sample: 'took_sum', labels: {}, value: 1 },
    { sample: 'took_count', labels: {}, value: counts.at(-1) ?? 0 },
  ],
});

test('a histogram of two releases with different bounds can be read', () => {
  const families = applicationFamilies('web', none);
  families.take(answer(1, [histogram(['1', '+Inf'], [5, 9])]), 0);
  families.take(answer(2, [histogram(['2', '+Inf'], [1, 2])]), 0);
  expect(valueOf(readOf(families), 'took_bucket', { le: '2.0' })).toBe(5);
  expect(valueOf(readOf(families), 'took_count')).toBe(11);
});

test('the label cluster of an application is renamed, and does not clash with one that is called so', () => {
  const families = applicationFamilies('web', none);
  const values = [
    { sample: 'x', labels: { cluster: 'own' }, value: 1 },
    { sample: 'x', labels: { exported_cluster: 'own' }, value: 1 },
  ];
  families.take(answer(1, [{ ...counter('x', {}), values }]), 0);
  expect(families.merged()[0]?.samples).toEqual([
    { suffix: '', labels: { cluster: 'web', exported_cluster: 'own' }, value: 1 },
  ]);
});

test('what is left out is told once for each reason', () => {
  const told: string[] = [];
  const families = applicationFamilies('web', (why) => told.push(why));
  const many = (from: number) =>
    counter('many_total', Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${from + at}`, 1])));
  for (let id = 1; id <= 4; id += 1) families.take(answer(id, [many(id * 10_000)], 3), 0);
  expect(families.merged()[0]?.samples).toHaveLength(20_000);
  families.merged();
  for (let id = 1; id <= 4; id += 1) families.end(id);
  expect(families.series()).toBe(20_000);
  families.take(answer(5, [counter('orders', { a: 1 })]), 0);
  families.take(answer(6, [{ ...counter('orders', { a: 1 }), type: 'gauge' }]), 0);
  families.merged();
  families.merged();
  expect(told).toEqual([
    expect.stringMatching(/^3 values of a worker/),
    expect.stringMatching(/^there are more than 20000 series in cluster web/),
    expect.stringMatching(/orders with different types/),
  ]);
});

test('names that workers choose cannot make reasons and sums without a limit', () => {
  const told: string[] = [];
  const families = applicationFamilies('web', (why) => told.push(why));
  for (let id = 1; id <= 30; id += 1) {
    families.take(answer(1, [counter(`name${id}`, { a: 1 })]), 0);
    families.take(answer(2, [{ ...counter(`name${id}`, { a: 1 }), type: 'gauge' }]), 0);
    families.merged();
  }
  expect(told).toHaveLength(20);
});

test('nothing is left of a thousand workers but their sums', () => {
  const families = applicationFamilies('web', none);
  for (let id = 1; id <= 1_000; id += 1) {
    families.take(answer(id, [counter('orders_total', { a: 1 })]), 0);
    families.end(id);
  }
  expect(families.series()).toBe(1);
  expect(families.ages(0)).toEqual([]);
  expect(valueOf(readOf(families), 'orders_total')).toBe(1_000);
});
