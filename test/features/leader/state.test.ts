import { expect, test } from 'vitest';
import { leaderState } from '../../../src/features/leader/state.js';
import { ref } from '../../marbles.js';

const stamp = { time: 0, seq: 1, cluster: 'test' };
const begin = { ...stamp, type: 'leader-begin', worker: ref() } as const;
const end = { ...stamp, type: 'leader-end', worker: ref(), why: 'it leaves' } as const;
const exit = {
  ...stamp,
  type: 'exit',
  worker: ref(),
  code: 0,
  signal: null,
  uptime: 5,
  requested: true,
  reason: 'requested',
} as const;

test('a worker leads from the beginning of its term to its end', () => {
  const { state, fold } = leaderState();
  expect(state.leader).toBeUndefined();
  expect(fold(begin)).toBe(true);
  expect(state.leader).toEqual(ref());
  expect(fold(end)).toBe(true);
  expect(state.leader).toBeUndefined();
});

test('a worker that has had its term is remembered until its exit, and not longer', () => {
  const { state, fold } = leaderState();
  fold(begin);
  fold(end);
  expect([...state.retired]).toEqual([1]);
  fold(exit);
  expect([...state.retired]).toEqual([]);
});
