import { expect, test } from 'vitest';
import { outcomeOf } from '../../src/reproduce/outcomeOf.js';
import { rebased } from '../../src/reproduce/rebased.js';
import { boot, event, exit, recording, worker } from './recorded.js';

const period = { begin: 0, end: 10_000, size: 2, readyBefore: [] };
const [first, second, third] = [worker(1, 1), worker(2, 2), worker(3, 2, 2)];
const outcome = (drafts: Parameters<typeof recording>[0], changes = {}) =>
  outcomeOf(rebased(recording(drafts), 0).events, { ...period, ...changes });

test('forks, crashes and workers are counted, and the time without a ready worker in each slot', () => {
  expect(
    outcome([
      ...boot(0, first),
      ...boot(0, second),
      exit(1_000, second, 1_000),
      ...boot(1_460, third, 'respawn'),
      event(2_000, 'retire', { worker: first, why: 'restart' }),
      exit(2_100, first, 2_100, { code: 0, requested: true, reason: 'requested' }),
      exit(2_500, third, 1_040),
      ...boot(2_960, worker(4, 1, 2), 'roll'),
      event(3_500, 'shutdown', { force: false, why: 'shutdown()' }),
    ]),
  ).toEqual({
    forks: 4,
    crashes: 2,
    // 40 ms of boot, half a second, and from 2,000 until the shutdown.
    fewerReady: 40 + 500 + 1_500,
    longestNoneReady: 500,
    restarts: { done: 0, aborted: 0, cancelled: 0 },
    gaveUp: false,
    mostWorkers: 2,
  });
});

test('a cluster that has given up has no ready worker until the end', () => {
  const gaveUp = event(1_000, 'give-up', { slot: 1, worker: first, why: 'exited', reason: 'budget', spent: 1 });
  const shutdown = event(1_000, 'shutdown', { force: false, why: 'gave up' });
  expect(outcome([...boot(0, first), exit(1_000, first, 1_000), gaveUp, shutdown], { size: 1 })).toMatchObject({
    gaveUp: true,
    longestNoneReady: 9_000,
  });
});

test('a worker that is paused is not ready, and more slots need more workers', () => {
  expect(
    outcome(
      [
        ...boot(0, first),
        event(1_000, 'pause', { worker: first, why: 'pause()', serves: false }),
        event(1_300, 'resume', { worker: first, why: 'resume()', serves: true }),
        event(9_900, 'scale', { from: 1, to: 2, why: 'scale()' }),
      ],
      { size: 1 },
    ),
  ).toMatchObject({ fewerReady: 40 + 300 + 100, longestNoneReady: 300 });
});

const end = (time: number, outcome: 'done' | 'cancelled') => {
  const cause = { why: 'a shutdown came first' };
  const result =
    outcome === 'done'
      ? ({ outcome, replaced: [1], kept: [] } as const)
      : ({ outcome, replaced: [1], kept: [], cause } as const);
  return event(time, 'restart-end', { roll: 1, requests: [], result });
};

test('restarts are counted by how they ended', () => {
  const aborted = event(3, 'restart-abort', {
    roll: 2,
    requests: [],
    result: { outcome: 'aborted', replaced: [], kept: [1], cause: { why: 'it crashed' } },
  });
  expect(outcome([end(1, 'done'), end(2, 'done'), aborted, end(4, 'cancelled')]).restarts).toEqual({
    done: 2,
    aborted: 1,
    cancelled: 1,
  });
});

test('workers that were there before the recording are ready until their events say otherwise', () => {
  expect(
    outcome([exit(1_000, first, 90_000), ...boot(1_200, worker(3, 1, 8), 'respawn')], { readyBefore: [1, 2] }),
  ).toMatchObject({ fewerReady: 240, longestNoneReady: 0, mostWorkers: 2, crashes: 1 });
});
