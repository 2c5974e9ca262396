import { expect, test } from 'vitest';
import { pauseState } from '../../../src/features/pause/state.js';
import { ref } from '../../marbles.js';

const stamp = { time: 0, seq: 1, cluster: 'test' };
const pause = { ...stamp, type: 'pause', worker: ref(), why: 'asked', serves: false } as const;
const resume = { ...stamp, type: 'resume', worker: ref(), why: 'asked', serves: true } as const;

test('a worker is paused until it is resumed', () => {
  const { state, fold } = pauseState();
  expect(fold(pause)).toBe(true);
  expect([...state.paused.keys()]).toEqual([1]);
  expect(fold(resume)).toBe(true);
  expect(state.paused.size).toBe(0);
});

test('a refusal changes nothing', () => {
  const { state, fold } = pauseState();
  expect(fold({ ...stamp, type: 'pause-refused', asked: 'pause', slot: 1, why: 'it cannot' })).toBe(false);
  expect(fold(resume)).toBe(false);
  expect(state.paused.size).toBe(0);
});
