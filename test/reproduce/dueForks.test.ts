import { expect, test } from 'vitest';
import { dueForks } from '../../src/reproduce/dueForks.js';
import { rebased } from '../../src/reproduce/rebased.js';
import { event, exit, recording, worker } from './recorded.js';

const due = (...drafts: Parameters<typeof recording>) => [...dueForks(rebased(recording(...drafts), 0).events)];
const [first, second, third] = [worker(1, 1), worker(2, 2), worker(3, 1, 2)];

test('workers that are forked one after the other were to be forked together', () => {
  expect(
    due([
      event(0, 'fork', { worker: first, why: 'start' }),
      event(80, 'fork', { worker: second, why: 'start' }),
      event(160, 'fork', { worker: worker(4, 3), why: 'start' }),
    ]),
  ).toEqual([
    [1, 0],
    [2, 0],
    [4, 0],
  ]);
});

test('a respawn is due when its delay is over, or when it got its turn after that', () => {
  const crashed = [
    event(0, 'fork', { worker: first, why: 'start' }),
    exit(500, first, 500),
    event(502, 'backoff', { slot: 1, worker: first, delay: 100, charged: true, spent: 1 }),
  ];
  expect(due([...crashed, event(640, 'fork', { worker: third, why: 'respawn' })])[1]).toEqual([3, 602]);
  const turn = event(900, 'ready', { worker: second, why: 'is online' });
  expect(due([...crashed, turn, event(904, 'fork', { worker: third, why: 'respawn' })])[1]).toEqual([3, 900]);
  expect(due([...crashed, event(9_000, 'fork', { worker: third, why: 'respawn' })])[1]).toEqual([3, 9_000]);
});

test('a replacement is due when it is decided', () => {
  const replace = event(700, 'replace-begin', { roll: 1, slot: 1, overlap: true });
  expect(
    due([event(0, 'started', { workers: 1, after: 0 }), replace, event(755, 'fork', { worker: third, why: 'roll' })]),
  ).toEqual([[3, 700]]);
});
