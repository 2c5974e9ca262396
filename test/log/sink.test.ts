import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Device, sinkTo } from '../../src/log/sink.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A sink to a device whose writes follow a script: accept everything, accept a number of bytes, or fail. */
const deviceFor = (script: readonly (number | Error | 'all')[], limit?: number, reopen?: Device['reopen'] | 'none') => {
  let left = [...script];
  const seen = { written: '', writes: 0, reopened: 0, closed: false, reports: [] as unknown[] };
  const device: Device = {
    name: 'test',
    write: async (blocks) => {
      const [step = 'all', ...rest] = left;
      left = rest;
      seen.writes += 1;
      if (step instanceof Error) throw step;
      const all = Buffer.concat(blocks);
      const count = step === 'all' ? all.length : Math.min(step, all.length);
      seen.written += all.toString('latin1', 0, count);
      return count;
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
  const callbacks = {
    failed: ({ message }: Error) => seen.reports.push(message),
    dropped: (lines: number, total: number, why: string) => seen.reports.push([lines, total, why]),
  };
  return { seen, sink: sinkTo(device, callbacks, { maxBytes: limit }) };
};
const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('lines within 5 ms are written together, in order', async () => {
  const { seen, sink } = deviceFor([]);
  for (const line of ['a\n', 'b\n', 'c\n']) sink.write(line, 1);
  await advance(4);
  expect(seen.writes).toBe(0);
  await advance(1);
  expect(seen).toMatchObject({ written: 'a\nb\nc\n', writes: 1, reports: [] });
});

test('a partial write continues at the same byte, and a write without room is repeated', async () => {
  const { seen, sink } = deviceFor([3, 0, 'all']);
  sink.write('abc\ndef\n', 2);
  await advance(15);
  expect(seen).toMatchObject({ written: 'abc', writes: 2 });
  await advance(15);
  expect(seen).toMatchObject({ written: 'abc\ndef\n', reports: [] });
});

test('a failure is reported once, retried after growing delays with a reopened device, and loses nothing', async () => {
  const full = new Error('ENOSPC');
  const { seen, sink } = deviceFor([full, full, full]);
  sink.write('a\n', 1);
  await advance(5 + 100 + 200);
  expect(seen).toMatchObject({ written: '', writes: 3, reopened: 2 });
  sink.write('b\n', 1);
  await advance(400);
  expect(seen).toMatchObject({ written: 'a\nb\n', reports: ['log: test: ENOSPC'] });
});

test('lines beyond the limit are dropped, counted and reported, at the first and when there is room again', async () => {
  const { seen, sink } = deviceFor([0, 0, 'all'], 10);
  sink.write('12345678\n', 1);
  sink.write('dropped\n', 3);
  expect(seen.reports).toEqual([[3, 3, 'test is written too slowly']]);
  sink.write('dropped\n', 2);
  sink.writeUncounted('not counted\n');
  expect(seen.reports).toHaveLength(1);
  await advance(50);
  expect(seen.written).toBe('12345678\n');
  expect(seen.reports[1]).toEqual([2, 5, 'test is written too slowly']);
});

test('a device that cannot be reopened ends with the first failure, and later lines are counted as dropped', async () => {
  const { seen, sink } = deviceFor([new Error('EPIPE')], undefined, 'none');
  sink.write('a\n', 1);
  await advance(5);
  sink.write('b\n', 1);
  expect(seen).toMatchObject({ closed: true, writes: 1 });
  expect(seen.reports).toEqual([
    'log: test: EPIPE',
    'log: test: 2 bytes could not be written before the log was closed',
    [1, 1, 'EPIPE'],
  ]);
});

test('reopen happens before the next write, also with an empty queue; if it fails the previous file stays in use', async () => {
  const { seen, sink } = deviceFor([], undefined, () => Promise.reject(new Error('EACCES')));
  sink.reopen();
  await advance(1);
  expect(seen).toMatchObject({ reopened: 1, writes: 0, reports: ['log: test: EACCES'] });
  sink.reopen();
  sink.write('a\n', 1);
  await advance(5);
  expect(seen).toMatchObject({ reopened: 2, written: 'a\n', reports: ['log: test: EACCES'] });
});

test('close writes queued lines at once, and waits at most two seconds for a slow device', async () => {
  const quick = deviceFor([]);
  quick.sink.write('a\n', 1);
  quick.sink.close();
  await advance(0);
  expect(quick.seen).toMatchObject({ written: 'a\n', closed: true });

  const slow = deviceFor(Array.from({ length: 1_000 }, () => 0));
  slow.sink.write('a\n', 1);
  await advance(5);
  slow.sink.close();
  await advance(1_990);
  expect(slow.seen.closed).toBe(false);
  await advance(20);
  expect(slow.seen).toMatchObject({
    closed: true,
    reports: ['log: test: 2 bytes could not be written before the log was closed'],
  });
});
