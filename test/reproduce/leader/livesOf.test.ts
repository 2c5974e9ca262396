import { expect, test } from 'vitest';
import { livesOf } from '../../../src/reproduce/livesOf.js';
import { onColumns } from '../../../src/reproduce/onColumns.js';
import { selectRun } from '../../../src/reproduce/selectRun.js';
import { boot, event, exit, recording, worker } from '../recorded.js';

const livesIn = (...drafts: Parameters<typeof recording>) => livesOf(selectRun(recording(...drafts))).script.lives;

const first = worker(1, 1);

test('a leader confirms that it is none any more as late as it did, or never', () => {
  const leads = [
    ...boot(0, first),
    event(50, 'leader-begin', { worker: first }),
    event(1_000, 'retire', { worker: first, why: 'asked' }),
  ];
  const left = exit(1_300, first, 1_300, { code: 0, requested: true, reason: 'requested' });
  const confirmed = event(1_200, 'leader-end', { worker: first, why: 'it leaves' });
  const closed = event(1_300, 'leader-end', { worker: first, why: 'its channel has closed' });
  expect(livesIn([...leads, confirmed, left])).toMatchObject([{ leaves: 300, resigns: 200 }]);
  expect(livesIn([...leads, closed, left])).toMatchObject([{ leaves: 300, resigns: Infinity }]);
});

test('how late it confirms that is rounded to columns of a diagram', () => {
  expect(onColumns({ resigns: 50 }, 70, 100)).toEqual({ resigns: 100 });
});
