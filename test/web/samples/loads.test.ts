import { expect, test } from 'vitest';
import type { StatsEvent } from '../../../src/index.js';
import { foldLoads, noLoads } from '../../../src/web/samples/loads.js';

const sample = (id: number, time: number): StatsEvent => ({
  type: 'stats',
  worker: { id, pid: id, slot: id, generation: 1, cluster: 'shop' },
  uptime: time,
  time,
  seq: 1,
  cluster: 'shop',
});

const idsAfter = (...rounds: readonly (readonly StatsEvent[])[]): readonly number[] => [
  ...rounds.reduce((loads, round) => foldLoads(loads, round).loads, noLoads).last.keys(),
];

test('a worker that is not sampled any more has left', () => {
  expect(idsAfter([sample(1, 1_000), sample(2, 1_000)], [sample(1, 6_000)])).toEqual([1, 2]);
  expect(idsAfter([sample(1, 1_000), sample(2, 1_000)], [sample(1, 6_001)])).toEqual([1]);
});

test('a worker that left before the clock was set back is not shown until then', () => {
  expect(idsAfter([sample(1, 900_000), sample(2, 900_000)], [sample(1, 300_000)])).toEqual([1]);
});
