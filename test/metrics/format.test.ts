import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Family } from '../../src/metrics/family.js';
import { formatFamilies } from '../../src/metrics/format.js';
import { histogramSamples } from '../../src/metrics/histogram.js';
import { readOpenMetrics } from './openMetrics.js';

const families: readonly Family[] = [
  {
    name: 'cpu_seconds',
    type: 'counter',
    unit: 'seconds',
    help: 'Time.',
    samples: [{ suffix: '_total', labels: { slot: '1' }, value: 1.5 }],
  },
  { name: 'old', type: 'plain-counter', help: 'Old.', samples: [{ suffix: '', labels: {}, value: 1 }] },
  { name: 'worker', type: 'info', help: 'It.', samples: [{ suffix: '_info', labels: { pid: '7' }, value: 1 }] },
  {
    name: 'load',
    type: 'gauge',
    help: 'a "b" \\ \n',
    samples: [{ suffix: '', labels: { l: 'a"b\\c\nd' }, value: NaN }],
  },
  { name: 'took', type: 'histogram', help: 'Took.', samples: histogramSamples([0.5, 1], [1, 2, 3], 9, {}) },
  { name: 'none', type: 'gauge', help: 'Nothing.', samples: [] },
];

test('OpenMetrics: types, units, canonical bounds, escapes, and the end', () => {
  expect(formatFamilies(families, 'openmetrics')).toBe(`# TYPE cpu_seconds counter
# UNIT cpu_seconds seconds
# HELP cpu_seconds Time.
cpu_seconds_total{slot="1"} 1.5
# TYPE old unknown
# HELP old Old.
old 1
# TYPE worker info
# HELP worker It.
worker_info{pid="7"} 1
# TYPE load gauge
# HELP load a \\"b\\" \\\\ \\n
load{l="a\\"b\\\\c\\nd"} NaN
# TYPE took histogram
# HELP took Took.
took_bucket{le="0.5"} 1
took_bucket{le="1.0"} 3
took_bucket{le="+Inf"} 6
took_sum 9
took_count 6
# EOF
`);
});

test('the text format of Prometheus: the whole names in TYPE, quotes in HELP as they are, and no end', () => {
  const text = formatFamilies(families, 'prometheus');
  expect(text).toContain(
    '# TYPE cpu_seconds_total counter\n# HELP cpu_seconds_total Time.\ncpu_seconds_total{slot="1"} 1.5\n',
  );
  expect(text).toContain('# TYPE old counter\n');
  expect(text).toContain('# TYPE worker_info gauge\n');
  expect(text).toContain('# HELP load a "b" \\\\ \\n\n');
  expect(text).toContain('took_bucket{le="1"} 3\n');
  expect(text).not.toMatch(/UNIT|EOF|none/);
});

test('only in a histogram and a summary are the labels le and quantile numbers', () => {
  const samples = ['1', '1.0'].map((le) => ({ suffix: '' as const, labels: { le, quantile: '2' }, value: 1 }));
  const text = formatFamilies([{ name: 'sold', type: 'gauge', help: 'Sold.', samples }], 'openmetrics');
  expect(text).toContain('sold{le="1",quantile="2"} 1\nsold{le="1.0",quantile="2"} 1\n');
});

test('any text in labels and help is read again as it was', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, fc.double(), (help, label, value) => {
      const family: Family = { name: 'a', type: 'gauge', help, samples: [{ suffix: '', labels: { label }, value }] };
      const [read] = readOpenMetrics(formatFamilies([family], 'openmetrics'));
      expect(read?.help).toBe(help);
      expect(read?.samples[0]?.labels).toEqual({ label });
      expect(read?.samples[0]?.value === value || Number.isNaN(value)).toBe(true);
    }),
  );
});

test.each([
  ['a 1\n', 'EOF'],
  ['# TYPE a gauge\na{b="1",b="2"} 1\n# EOF\n', 'twice'],
  ['# TYPE a gauge\na 1\na 2\n# EOF\n', 'twice'],
  ['# TYPE a counter\na 1\n# EOF\n', 'no sample of a counter'],
  ['# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n', 'unit'],
  ['# TYPE a histogram\na_bucket{le="1.0"} 1\na_sum 1\na_count 1\n# EOF\n', '+Inf'],
  ['# TYPE a counter\na_total 1\n# TYPE a_total gauge\na_total 1\n# EOF\n', 'two families'],
  ['# TYPE a gauge\na{b="\\x"} 1\n# EOF\n', 'labels'],
])('the reader of this test is strict: %j', (text, why) => expect(() => readOpenMetrics(text)).toThrow(why));
