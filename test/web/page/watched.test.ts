import { expect, test } from 'vitest';
import { nothingWatched, watch } from '../../../src/web/page/watched/watched.js';
import { readLine } from '../../../src/web/page/watched/line.js';
import { eventLines, recordLine, sampleLine, statusLine, workerAt } from './lines.js';

const begin = [
  { type: 'fork', worker: workerAt(1), why: 'start' },
  { type: 'ready', worker: workerAt(1), why: "sent 'ready'" },
];
const crash = { type: 'exit', code: 1, signal: null, requested: false, reason: 'crash', uptime: 10 };

const read = (value: unknown) => readLine(JSON.stringify(value))?.kind;

test('a line is read by what it has, and what is not known is left out', () => {
  expect(read({ status: { clusters: [] }, last: 3 })).toBe('status');
  expect(read({ id: 1, level: 'info', text: '', event: { type: 'fork' } })).toBe('event');
  expect(read({ type: 'stats', worker: {} })).toBe('sample');
  expect(read({ msg: 'hello', worker: {} })).toBe('record');
  expect(read({ gap: { from: 1, to: 2 } })).toBe('gap');
  expect(read({ dropped: 3 })).toBe('dropped');
  for (const value of [null, 1, 'x', [], {}, { event: 1 }, { id: 1, event: {} }, { later: 'version' }])
    expect([value, read(value)]).toEqual([value, undefined]);
  expect(readLine('{"half')).toBeUndefined();
});

test('events after the status change it, and those before it are only history', () => {
  const slots = [{ slot: 1, state: 'running', generation: 1, restarts: 0, crashes: 0, workers: [] }];
  const cluster = { cluster: 'shop', phase: 'running', size: 1, ready: 0, restarts: 0, crashes: 7, startedAt: 0 };
  const status = statusLine(2, [{ ...cluster, slots, standby: [], decisions: [] }]);
  const watched = watch(nothingWatched, [
    status,
    ...eventLines([...begin, { ...crash, worker: workerAt(1) }, { type: 'scale', from: 1, to: 2, why: 'asked' }]),
  ]);
  // The crash is one of a worker that the status does not have: it counts, and the fork does not come twice.
  expect(watched.clusters[0]).toMatchObject({ size: 2, crashes: 8 });
  expect(watched.lives).toMatchObject([{ worker: { id: 1 }, from: 10, readyAt: 20, to: 30, exit: { crashed: true } }]);
  expect(watched.marks.map(({ sign, slot }) => `${sign}${slot ?? ''}`)).toEqual(['f1', 'r1', 'x1', 'C']);
  expect([watched.lastId, watched.time]).toEqual([4, 40]);
});

test('an event that comes twice counts once', () => {
  const lines = eventLines(begin);
  const watched = watch(watch(nothingWatched, [statusLine(0), ...lines]), [statusLine(2), ...lines]);
  expect(watched.marks).toHaveLength(2);
  expect(watched.lives).toHaveLength(1);
});

test('of another process nothing that was known is kept', () => {
  const before = watch(nothingWatched, [statusLine(0), ...eventLines(begin), sampleLine({ time: 1_000 })]);
  const other = watch(before, [statusLine(0, [], { pid: 2 })]);
  expect(other).toMatchObject({ lives: [], marks: [], lastId: 0, master: { pid: 2 } });
  // The same process after a break goes on.
  expect(watch(before, [statusLine(2)])).toMatchObject({ marks: before.marks, lastId: 2 });
});

const clusterWith = (...workers: readonly object[]) => ({ cluster: 'shop', size: 1, slots: [{ slot: 1, workers }] });

test('workers that were there before the page are lives too, and one that went unseen has ended', () => {
  const worker = { ...workerAt(1), state: 'ready', since: 5, forkedAt: 5, readyAt: 8, listens: [] };
  const first = watch(nothingWatched, [statusLine(3, [clusterWith(worker)])]);
  expect(first.lives).toMatchObject([{ worker: { id: 1 }, from: 5, readyAt: 8 }]);
  expect(first.lives[0]?.to).toBeUndefined();
  const second = watch(first, [statusLine(9, [clusterWith()])]);
  expect(second.lives).toMatchObject([{ worker: { id: 1 }, to: 90 }]);
});

test('two samples of a worker make its load, and all workers of a second make a point', () => {
  const watched = watch(nothingWatched, [
    sampleLine({ time: 1_000 }),
    sampleLine({ id: 2, time: 1_010 }),
    sampleLine({ time: 2_000, cpu: 500, completed: 100 }),
    sampleLine({ id: 2, time: 2_010, cpu: 250, completed: 50 }),
    sampleLine({ time: 3_000, cpu: 500, completed: 100 }),
  ]);
  expect(watched.loads.last.get(2)).toMatchObject({ cpu: 0.25, rate: 50, slot: 2, inFlight: 3 });
  const { points = [] } = watched.series.get('shop') ?? {};
  expect(points.map(({ at, workers, cpu, rate }) => [at, workers, cpu, rate])).toEqual([
    [1, 2, null, null],
    [2, 2, 0.75, 150],
  ]);
  expect(points[1]?.p50).toBeGreaterThan(1);
  expect(points[1]?.p99).toBeLessThanOrEqual(2.5);
});

test('a worker that does not report has no load of its event loop, and one that is not sampled has none at all', () => {
  const silent = watch(nothingWatched, [sampleLine({ time: 1_000 }), sampleLine({ time: 9_000, age: 8_000 })]);
  expect(silent.loads.last.get(1)).toMatchObject({ rss: 50 * 2 ** 20 });
  expect(silent.loads.last.get(1)).not.toHaveProperty('loop');
  const gone = watch(silent, [sampleLine({ id: 2, time: 15_000 })]);
  expect([...gone.loads.last.keys()]).toEqual([2]);
});

test('a restart has its reason, the replacement of each slot, and the cause of an abort', () => {
  const cause = { why: 'worker 3 exited with code 1 before it was ready' };
  const { rolls } = watch(
    nothingWatched,
    eventLines([
      { type: 'restart', request: 'a', why: 'deploy' },
      { type: 'restart-begin', roll: 1, requests: ['a'], slots: [1, 2] },
      { type: 'replace-begin', roll: 1, slot: 1, overlap: true },
      { type: 'replace-end', roll: 1, slot: 1, worker: workerAt(1, 3, 2) },
      { type: 'replace-begin', roll: 1, slot: 2, overlap: true },
      { type: 'replace-abort', roll: 1, slot: 2, ...cause },
      {
        type: 'restart-abort',
        roll: 1,
        requests: ['a'],
        result: { outcome: 'aborted', replaced: [1], kept: [2], cause },
      },
    ]),
  ).rolls;
  expect(rolls).toEqual([
    {
      cluster: 'shop',
      roll: 1,
      from: 20,
      to: 70,
      why: 'deploy',
      slots: [1, 2],
      outcome: 'aborted',
      cause: cause.why,
      replacements: [
        { slot: 1, from: 30, to: 40, outcome: 'replaced' },
        { slot: 2, from: 50, to: 60, outcome: 'aborted', why: cause.why },
      ],
    },
  ]);
});

const sizeOf = (watched: typeof nothingWatched) => ({
  marks: watched.marks.length,
  lives: watched.lives.length,
  records: watched.records.length,
  lines: Math.min(watched.kept.lines.length, 6_250),
  loads: watched.kept.loads.length,
  points: watched.series.get('shop')?.points.length ?? 0,
});

test('a thousand events a second do not accumulate', () => {
  let watched = watch(nothingWatched, [statusLine(0)]);
  let id = 1;
  // A batch of a second: workers that are forked and crash.
  for (let second = 0; second < 12; second += 1) {
    const drafts = Array.from({ length: 500 }, (_, at) => workerAt(1 + (at % 32), id + at)).flatMap((worker) => [
      { type: 'fork', worker, why: 'respawn', time: second * 1_000 },
      { ...crash, worker, time: second * 1_000 },
    ]);
    const samples = Array.from({ length: 32 }, (_, at) => sampleLine({ id: at + 1, time: second * 1_000 }));
    watched = watch(watched, [...eventLines(drafts, id), ...samples, recordLine(`second ${second}`)]);
    id += drafts.length;
  }
  const size = sizeOf(watched);
  expect(size).toMatchObject({ marks: 3_000, lives: 1_000, records: 12 });
  expect(watched.kept.lines.length).toBeLessThanOrEqual(6_250);
  expect(watched.kept.baseId).toBeGreaterThan(5_000);
  expect(watched.clusters).toHaveLength(1);
});
