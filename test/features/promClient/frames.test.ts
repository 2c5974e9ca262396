import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCollected, isCollect } from '../../../src/features/promClient/frames.js';

const counted = { name: 'a_total', help: 'A.', type: 'counter', aggregator: 'sum', values: [{ value: 1, labels: {} }] };
const read = (...metrics: readonly unknown[]) => decodeCollected({ metrics, leftOut: 0 });

test('what fits is read, numbers in labels as text and the words for what JSON lacks as numbers', () => {
  expect(read(counted)).toEqual({
    metrics: [{ ...counted, values: [{ sample: 'a_total', labels: {}, value: 1 }] }],
    leftOut: 0,
  });
  const gauge = {
    ...counted,
    type: 'gauge',
    aggregator: undefined,
    values: [{ value: 'NaN', labels: { a: 1, b: true } }],
  };
  expect(read(gauge)?.metrics).toEqual([
    { ...gauge, aggregator: 'sum', values: [{ sample: 'a_total', labels: { a: '1', b: 'true' }, value: NaN }] },
  ]);
  expect(isCollect({ collect: true })).toBe(true);
});

test.each([
  { ...counted, name: 'a b' },
  { ...counted, name: '' },
  { ...counted, name: 'a\n' },
  { ...counted, type: 'info' },
  { ...counted, aggregator: 'own' },
  { ...counted, values: {} },
  { ...counted, values: [{ value: '1', labels: {} }] },
  { ...counted, values: [{ value: -1, labels: {} }] },
  { ...counted, values: [{ value: NaN, labels: {} }] },
  { ...counted, values: [{ value: 1, labels: { 'a-b': '' } }] },
  { ...counted, values: [{ value: 1, labels: { __name__: 'x' } }] },
  { ...counted, values: [{ value: 1, labels: { a: {} } }] },
  { ...counted, values: [{ value: 1, labels: { a: '\ud800' } }] },
  { ...counted, values: [{ value: 1, labels: { a: 'x'.repeat(1_025) } }] },
  { ...counted, values: [{ value: 1, labels: {}, metricName: 'other' }] },
  { ...counted, values: [{ value: 1, labels: {}, metricName: 'a_total_sum' }] },
  { ...counted, type: 'histogram', values: [{ value: 1, labels: {}, metricName: 'a_total_bucket' }] },
  { ...counted, type: 'histogram', values: [{ value: 1, labels: { le: 'x' }, metricName: 'a_total_bucket' }] },
  { ...counted, type: 'summary', values: [{ value: 1, labels: { quantile: '2' } }] },
  'metric',
  null,
])('what does not fit is left out and counted: %j', (metric) => {
  const { metrics = [], leftOut } = read(metric) ?? {};
  expect(metrics.flatMap(({ values }) => values)).toEqual([]);
  expect(leftOut).toBe(1);
});

test.each([undefined, null, 1, [], {}, { metrics: {} }, { metrics: 'x' }])('no answer: %j', (frame) =>
  expect(decodeCollected(frame)).toBeUndefined(),
);

test('a bound of a bucket is the same text, however it is written', () => {
  const values = ['1', '1.0', '1e0', 1].map((le) => ({ value: 1, labels: { le }, metricName: 'a_total_bucket' }));
  const { metrics = [] } = read({ ...counted, type: 'histogram', values }) ?? {};
  expect(metrics[0]?.values.map(({ labels }) => labels['le'])).toEqual(['1', '1', '1', '1']);
});

test('10,000 values are read of an answer', () => {
  const values = Array.from({ length: 12_000 }, (_, at) => ({ value: 1, labels: { at } }));
  const { metrics = [], leftOut } = read({ ...counted, values }, counted) ?? {};
  expect(metrics[0]?.values).toHaveLength(10_000);
  expect(leftOut).toBe(2_001);
});

test('whatever a worker sends is read or not, and throws nothing', () => {
  const some = fc.oneof(fc.anything(), fc.constantFrom('counter', 'a', 'histogram', 'sum', 1, NaN, {}));
  const value = fc.record(
    { value: some, labels: fc.oneof(some, fc.dictionary(fc.string(), some)), metricName: some },
    { requiredKeys: [] },
  );
  const metric = fc.record(
    { name: some, help: some, type: some, aggregator: some, values: fc.oneof(some, fc.array(fc.oneof(some, value))) },
    { requiredKeys: [] },
  );
  const frame = fc.record(
    { metrics: fc.oneof(some, fc.array(fc.oneof(some, metric))), leftOut: some },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), frame), (given) => {
      isCollect(given);
      const { metrics = [], leftOut = 0 } = decodeCollected(given) ?? {};
      expect(Number.isSafeInteger(leftOut)).toBe(true);
      for (const { name, values } of metrics)
        for (const { sample, value: read } of values)
          expect([sample.startsWith(name), typeof read]).toEqual([true, 'number']);
    }),
  );
});
