import { EMPTY } from 'rxjs';
import { afterEach, expect, test, vi } from 'vitest';
import type { StatsEvent } from '../../src/index.js';
import { clusterFamilies } from '../../src/metrics/clusterFamilies.js';
import { collector } from '../../src/metrics/collectors.js';
import * as slots from '../../src/metrics/slots.js';

const worker = { id: 1, slot: 1, generation: 1, pid: 7, cluster: 'web' };
const stamp = { time: 0, seq: 1, cluster: 'web' } as const;

afterEach(() => void vi.restoreAllMocks());

/** The state of the only worker, and what the metrics say after so many ms, by the last sample that has been taken. */
const after = (
  ms: number,
  sample: Partial<StatsEvent> | undefined,
  { ready = true, hung = false, preload = true }: { ready?: boolean; hung?: boolean; preload?: boolean } = {},
) => {
  vi.spyOn(slots, 'slotsOf').mockReturnValue([
    {
      cluster: 'web',
      slot: 1,
      open: true,
      vacant: false,
      workers: [{ ...worker, ready, leaving: false, withdrawn: false }],
    },
  ]);
  const of = collector({
    cluster: 'web',
    settings: { metrics: true, probes: {} },
    config: { preload },
    events$: EMPTY,
    traffic: () => [],
    tell: () => {},
    report: () => {},
  });
  if (hung) of.see({ ...stamp, type: 'hung', worker, why: 'loop', silent: 1 });
  if (sample !== undefined) of.samples.add({ ...stamp, type: 'stats', worker, uptime: 1, ...sample }, 0);
  const value = (name: string) => clusterFamilies(of, ms).find((family) => family.name === name)?.samples[0]?.value;
  return [value('proteus_cluster_up'), value('proteus_cluster_sample_age_seconds')];
};

const usage = (state: 'running' | 'stopped') => ({ state, rss: 1, cpu: 1 });

test('a worker is up while it is ready and reports', () => {
  expect(after(4_000, { age: 1_000, usage: usage('running') })).toEqual([1, 5]);
  expect(after(4_001, { age: 1_000, usage: usage('running') })).toEqual([0, 5.001]);
  expect(after(0, { age: 0, usage: usage('running') }, { ready: false })).toEqual([0, 0]);
  expect(after(0, { age: 0, usage: usage('running') }, { hung: true })).toEqual([0, 0]);
  expect(after(0, { age: 0, usage: usage('stopped') })).toEqual([0, 0]);
});

test('a worker that has not reported yet has 5 s for it; without the preload none reports', () => {
  expect(after(5_000, { usage: usage('running') })).toEqual([1, 5]);
  expect(after(5_001, { usage: usage('running') })).toEqual([0, 5.001]);
  expect(after(1_000, { usage: usage('running') }, { preload: false })).toEqual([1, 1]);
});

test('while workers are not sampled, a worker is up while it is ready', () => {
  expect(after(9_000, undefined)).toEqual([1, undefined]);
  expect(after(9_000, undefined, { ready: false })).toEqual([0, undefined]);
});
