import { expect, test } from 'vitest';
import { behaviourRowsOf, memoryRowsOf } from '../../src/reproduce/behaviourRowsOf.js';
import { rebased } from '../../src/reproduce/rebased.js';
import { recording } from './recorded.js';

test('what no letter says is a row with the times of its marks', () => {
  expect(behaviourRowsOf(3, { online: 5, crashes: { after: 9 } }, 1_000)).toEqual([]);
  const ends = {
    opens: [{ after: 20, port: 81 }],
    terminated: 30,
    hangs: { after: 40, for: 50, how: 'loop' },
  } as const;
  expect(behaviourRowsOf(3, ends, 1_000)).toEqual([
    { name: 'worker 3 opens 81', times: [1_020] },
    { name: 'worker 3 SIGTERM', times: [1_030] },
    { name: 'worker 3 loops', times: [1_040, 1_090] },
  ]);
  expect(behaviourRowsOf(4, { hangs: { after: 40, how: 'stopped' } }, 100)).toEqual([
    { name: 'worker 4 stopped', times: [140] },
  ]);
  expect(behaviourRowsOf(4, { hangs: { after: 40, how: 'blocked' } }, 100)).toEqual([
    { name: 'worker 4 blocked', times: [140] },
  ]);
});

const recycled = (id: number, time: number, why: string) => ({
  type: 'recycle',
  time,
  worker: { id, slot: id },
  why,
  value: 1_025,
});

test('a worker that was recycled for its memory has used it since five samples before, or since its fork', () => {
  const { events } = rebased(
    recording([
      { time: 0, type: 'started' },
      recycled(2, 3_000, 'memory'),
      recycled(1, 60_000, 'memory'),
      recycled(3, 70_000, 'age'),
    ]),
    0,
  );
  expect(
    memoryRowsOf(
      events,
      new Map([
        [1, 0],
        [2, 1_000],
      ]),
    ),
  ).toEqual([
    { name: 'worker 2 rss 2K', times: [1_000] },
    { name: 'worker 1 rss 2K', times: [55_500] },
  ]);
});
