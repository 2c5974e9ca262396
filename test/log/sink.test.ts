import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Device, sinkTo } from '../../src/log/sink.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A device that does with each write what it is told to: takes all, takes so many bytes, or fails. */
const played = (script: readonly (number | Error | 'all')[], limit?: number, reopen?: Device['reopen'] | 'none') => {
  let left = [...script];
  const seen = { written: '', writes: 0, reopened: 0, closed: false, told: [] as unknown[] };
  const device: Device = {
    name: 'test',
    write: async (blocks) => {
      const [act = 'all', ...rest] = left;
      left = rest;
      seen.writes += 1;
      if (act instanceof Error) throw act;
      const all = Buffer.concat(blocks);
      const some = act === 'all' ? all.length : Math.min(act, all.length);
      seen.written += all.toString('latin1', 0, some);
      return some;
    },
    ...(reopen === 'none'
      ? {}
      : {
          reopen: async () => {
            seen.reopened += 1;
            await reopen?.();
          },
        }),
    close: () => {
      seen.closed = true;
    },
  };
  const complaints = {
    failed: ({ message }: Error) => seen.told.push(message),
    dropped: (lines: number, total: number, why: string) => seen.told.push([lines, total, why]),
  };
  return { seen, sink: sinkTo(device, complaints, limit) };
};
const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('lines that come soon after each other are one write, in order', async () => {
  const { seen, sink } = played([]);
  for (const line of ['a\n', 'b\n', 'c\n']) sink.write(line, 1);
  await later(4);
  expect(seen.writes).toBe(0);
  await later(1);
  expect(seen).toMatchObject({ written: 'a\nb\nc\n', writes: 1, told: [] });
});

test('a write that was cut short goes on where it was, and one for which there was no room is tried again', async () => {
  const { seen, sink } = played([3, 0, 'all']);
  sink.write('abc\ndef\n', 2);
  await later(15);
  expect(seen).toMatchObject({ written: 'abc', writes: 2 });
  await later(15);
  expect(seen).toMatchObject({ written: 'abc\ndef\n', told: [] });
});

test('a failure is told once, tried again later and later, from a new beginning, and nothing is lost', async () => {
  const full = new Error('ENOSPC');
  const { seen, sink } = played([full, full, full]);
  sink.write('a\n', 1);
  await later(5 + 100 + 200);
  expect(seen).toMatchObject({ written: '', writes: 3, reopened: 2 });
  sink.write('b\n', 1);
  await later(400);
  expect(seen).toMatchObject({ written: 'a\nb\n', told: ['log: test: ENOSPC'] });
});

test('what there is no room for is dropped, counted and told, at first and at the end', async () => {
  const { seen, sink } = played([0, 0, 'all'], 10);
  sink.write('12345678\n', 1);
  sink.write('dropped\n', 3);
  expect(seen.told).toEqual([[3, 3, 'it does not take them fast enough']]);
  sink.write('dropped\n', 2);
  sink.aside('not counted\n');
  expect(seen.told).toHaveLength(1);
  await later(50);
  expect(seen.written).toBe('12345678\n');
  expect(seen.told[1]).toEqual([2, 5, 'it does not take them fast enough']);
});

test('with nobody to begin it anew it ends with the first failure, and what comes then is counted', async () => {
  const { seen, sink } = played([new Error('EPIPE')], undefined, 'none');
  sink.write('a\n', 1);
  await later(5);
  sink.write('b\n', 1);
  expect(seen).toMatchObject({ closed: true, writes: 1 });
  expect(seen.told).toEqual(['log: test: EPIPE', 'log: test: 2 bytes that waited are lost', [1, 1, 'EPIPE']]);
});

test('reopen comes before the next write, also where nothing waits; if it fails the old one is written to', async () => {
  const { seen, sink } = played([], undefined, () => Promise.reject(new Error('EACCES')));
  sink.reopen();
  await later(1);
  expect(seen).toMatchObject({ reopened: 1, writes: 0, told: ['log: test: EACCES'] });
  sink.reopen();
  sink.write('a\n', 1);
  await later(5);
  expect(seen).toMatchObject({ reopened: 2, written: 'a\n', told: ['log: test: EACCES'] });
});

test('close writes at once what waits, and does not wait longer than two seconds for who does not take it', async () => {
  const quick = played([]);
  quick.sink.write('a\n', 1);
  quick.sink.close();
  await later(0);
  expect(quick.seen).toMatchObject({ written: 'a\n', closed: true });

  const slow = played(Array.from({ length: 1_000 }, () => 0));
  slow.sink.write('a\n', 1);
  await later(5);
  slow.sink.close();
  await later(1_990);
  expect(slow.seen.closed).toBe(false);
  await later(20);
  expect(slow.seen).toMatchObject({ closed: true, told: ['log: test: 2 bytes that waited are lost'] });
});
