import * as fc from 'fast-check';
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { expect, test } from 'vitest';
import { decodeCollected } from '../../../src/features/promClient/frames.js';
import { applicationFamilies } from '../../../src/metrics/applicationFamilies.js';
import { formatFamilies } from '../../../src/metrics/format.js';
import { readOpenMetrics } from '../../metrics/openMetrics.js';

/** What happens to the metrics of one worker. */
type Act = readonly ['count' | 'set' | 'observe', 'a' | 'b' | 'c"\\\n', number];
const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.tuple(
    fc.constantFrom('count' as const, 'set' as const, 'observe' as const),
    fc.constantFrom('a' as const, 'b' as const, 'c"\\\n' as const),
    fc.integer({ min: 0, max: 100 }),
  ),
);
const aggregators = ['sum', 'first', 'min', 'max', 'average', 'omit'] as const;

const registryAfter = (all: readonly Act[]): Registry => {
  const registry = new Registry();
  const options = { help: 'help', labelNames: ['kind'], registers: [registry] };
  const counters = aggregators.map(
    (aggregator) => new Counter({ ...options, name: `counted_${aggregator}_total`, aggregator }),
  );
  const gauges = aggregators.map((aggregator) => new Gauge({ ...options, name: `set_${aggregator}`, aggregator }));
  const histogram = new Histogram({ ...options, name: 'took', buckets: [1, 10, 50] });
  const summary = new Summary({ ...options, name: 'sized', percentiles: [0.5, 0.9] });
  for (const [act, kind, value] of all) {
    if (act === 'count') for (const each of counters) each.inc({ kind }, value);
    else if (act === 'set') for (const each of gauges) each.set({ kind }, value);
    else {
      histogram.observe({ kind }, value);
      summary.observe({ kind }, value);
    }
  }
  return registry;
};

/** The samples of a text in Prometheus's format, by name and labels. */
const samplesOf = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
        const parts = (labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? []).filter((label) => label !== 'cluster="web"');
        return [`${name} ${parts.toSorted().join(' ')}`, Number(value)] as const;
      }),
  );

test("for any metrics of any workers the result is that of prom-client's own aggregation", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 1, maxLength: 4 }), async (workers) => {
      const families = applicationFamilies('web', () => {});
      const jsons = await Promise.all(workers.map((all) => registryAfter(all).getMetricsAsJSON()));
      for (const [at, metrics] of jsons.entries()) {
        // As the channel brings it.
        const sent: unknown = JSON.parse(JSON.stringify({ metrics, leftOut: 0 }));
        const decoded = decodeCollected(sent);
        expect(decoded?.leftOut).toBe(0);
        const worker = { id: at + 1, slot: 1, generation: 1, cluster: 'web' };
        families.take({ worker, metrics: decoded?.metrics ?? [], leftOut: 0 }, 0);
      }
      const expected = await AggregatorRegistry.aggregate(jsons).metrics();
      expect(samplesOf(formatFamilies(families.merged(), 'prometheus'))).toEqual(samplesOf(expected));
      readOpenMetrics(formatFamilies(families.merged(), 'openmetrics'));
    }),
    { numRuns: 50 },
  );
});
