import { expect, test } from 'vitest';
import type { StatsEvent } from '../../../src/features/workerStats/events.js';
import { lastSamples, name, statsState } from '../../../src/features/workerStats/state.js';
import { ref } from '../../marbles.js';

const stats = (id: number, uptime: number): StatsEvent => ({
  type: 'stats',
  worker: ref({ id }),
  uptime,
  time: 0,
  seq: 0,
  cluster: 'test',
});

test('the last sample of each worker is kept while it is sampled', () => {
  const { state, fold } = statsState();
  state.begin(1);
  state.begin(2);
  expect([stats(1, 1), stats(2, 1), stats(1, 2)].map(fold)).toEqual([false, false, false]);
  const slices = new Map([[name, state]]);
  expect(lastSamples({ slices })).toEqual([stats(1, 2), stats(2, 1)]);
  state.end(1);
  expect(lastSamples({ slices })).toEqual([stats(2, 1)]);
});

test('a sample that was on its way when sampling ended is not kept', () => {
  const { state, fold } = statsState();
  state.begin(1);
  state.end(1);
  fold(stats(1, 1));
  expect(state.last.size).toBe(0);
});

test('a cluster without samples has none', () => {
  expect(lastSamples({ slices: new Map() })).toEqual([]);
});
