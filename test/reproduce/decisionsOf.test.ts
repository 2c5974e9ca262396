import { expect, test } from 'vitest';
import { decisionsOf } from '../../src/reproduce/decisionsOf.js';
import { differencesOf } from '../../src/reproduce/differencesOf.js';
import { boot, event, exit, recording, worker } from './recorded.js';

const first = worker(1, 1);
const second = worker(2, 2);

test('decisions are listed for the cluster and for each slot, without times, ids and facts', () => {
  const again = worker(3, 2, 2);
  const events = recording([
    ...boot(0, first),
    ...boot(0, second),
    event(50, 'started', { workers: 2, after: 50 }),
    exit(900, second, 900),
    event(900, 'backoff', { slot: 2, worker: second, delay: 104, charged: true, spent: 1, limit: 100 }),
    event(1_000, 'restart', { request: 'restart()#1', why: 'deploy', slot: 2 }),
    event(1_004, 'fork', { worker: again, why: 'respawn' }),
    event(1_100, 'kill', { worker: again, signal: 'SIGTERM', why: 'still there' }),
    event(1_200, 'kill', { worker: again, signal: 'SIGKILL', why: 'still there' }),
    event(1_300, 'restart-end', {
      roll: 1,
      requests: ['restart()#1'],
      result: { outcome: 'done', replaced: [2], kept: [] },
    }),
  ]);
  expect(decisionsOf(events)).toEqual({
    cluster: ['started with 2 workers', 'restart of slot 2 requested', 'restart 1 done: replaced slot 2, kept none'],
    'slot 1': ['fork (start)'],
    'slot 2': ['fork (start)', 'respawn in 104 ms, 1 of 100 spent', 'fork (respawn)', 'kill (SIGKILL)'],
  });
});

test('the first difference of each list is said', () => {
  expect(differencesOf({ cluster: ['a', 'b'] }, { cluster: ['a', 'b'] })).toEqual([]);
  expect(
    differencesOf(
      { cluster: ['started'], 'slot 1': ['fork', 'left', 'vacant'] },
      { 'slot 1': ['fork', 'left', 'respawn'] },
    ),
  ).toEqual([
    "cluster: first, the recording has 'started', the simulation nothing more",
    "slot 1: after 'left' (decision 2), the recording has 'vacant', the simulation 'respawn'",
  ]);
});
