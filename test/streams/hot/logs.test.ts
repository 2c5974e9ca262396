import { filter, map, tap } from 'rxjs';
import { afterEach, expect, test, vi } from 'vitest';
import { readOutputs } from '../../../src/log/readOutputs.js';
import { PassThrough } from 'node:stream';
import { atLeast } from '../../../src/operators/logs/atLeast.js';
import { writtenBy } from '../../../src/operators/logs/writtenBy.js';
import { writtenWithin } from '../../../src/operators/logs/writtenWithin.js';
import type { LogRecord } from '../../../src/vocabulary/logRecord.js';
import { allEvents$, logRecords$ } from '../../../src/registry/runningClusters.js';
import { logs$ } from '../../../src/streams/hot/logs.js';
import { marbles } from '../../marbles.js';

const worker = (slot: number, cluster = 'web') => ({ id: slot, slot, generation: 1, pid: 100 + slot, cluster });
const record = (level: number, slot: number, time: number, cluster?: string): LogRecord => ({
  worker: worker(slot, cluster),
  output: 'stdout',
  level,
  time,
  msg: 'said',
  fields: {},
});
const records = {
  a: record(30, 1, 10),
  b: record(40, 2, 20),
  c: record(50, 1, 30, 'jobs'),
  d: record(60, 2, 40),
};

afterEach(() => {
  vi.restoreAllMocks();
});

const selected = [
  ['atLeast: of this level or a higher one', atLeast('warn'), '-bcd'],
  ['atLeast: a number is a level, too', atLeast(55), '---d'],
  ['writtenBy: a slot, in any cluster', writtenBy({ slot: 1 }), 'a-c-'],
  ['writtenBy: a slot of a cluster', writtenBy({ slot: 1, cluster: 'web' }), 'a---'],
  ['writtenBy: a process', writtenBy({ pid: 102 }), '-b-d'],
  ['writtenBy: anybody', writtenBy({}), 'abcd'],
  ['writtenWithin: from, and before', writtenWithin({ since: 20, until: new Date(40) }), '-bc-'],
  ['writtenWithin: from', writtenWithin({ since: new Date(30) }), '--cd'],
] as const;

for (const [sentence, wanted, expected] of selected) {
  marbles(sentence, ({ cold, expectObservable }) => {
    const isWanted: (record: LogRecord) => boolean = wanted;
    expectObservable(cold('abcd', records).pipe(filter(isWanted))).toBe(expected, records);
  });
}

marbles(
  'logs$ has what is written while it is subscribed, and nothing is parsed before and after',
  ({ hot, expectObservable }) => {
    const told$ = hot('-a-b-c-', records);
    const observed$ = told$.pipe(
      tap((record) => logRecords$.next(record)),
      map(() => logRecords$.observed),
    );
    expectObservable(logs$, '--^--!').toBe('---b', records);
    expectObservable(observed$).toBe('-f-t-f-', { t: true, f: false });
  },
);

test('what a subscriber throws is an error event and ends nothing', () => {
  const heard: string[] = [];
  const told = allEvents$.subscribe((event) => event.type === 'error' && heard.push(event.error.message));
  const subscription = logs$.subscribe(() => {
    throw new Error('mine');
  });
  logRecords$.next(records.a);
  logRecords$.next(records.b);
  subscription.unsubscribe();
  told.unsubscribe();
  expect(heard).toEqual(['a subscriber of logs$ threw: mine']);
});

/** What a worker writes, read with or without an audience. */
const written = async (observed: boolean) => {
  const heard: LogRecord[] = [];
  let text = '';
  const stdout = new PassThrough();
  const sink = {
    write: (more: string) => {
      text += more;
      return true;
    },
  };
  const follow = readOutputs({ stdout: sink, stderr: sink }, { observed, next: (one) => heard.push(one) });
  const reading = follow(worker(1), { stdout, stderr: null });
  stdout.end('{"level":40,"time":7,"msg":"late","order":17}\n{"no":json}\n{"level":"warn"}\n\r\nplain');
  await new Promise((resolve) => stdout.once('close', resolve));
  reading.end();
  return { heard, lines: text.split('\n').length - 1 };
};

test('without a subscriber no line is parsed, except one that is not of pino, to see whether it is JSON', async () => {
  const parse = vi.spyOn(JSON, 'parse');
  expect(await written(false)).toEqual({ heard: [], lines: 5 });
  expect(parse.mock.calls).toEqual([['{"no":json}']]);
});

test('for a subscriber each line is a record', async () => {
  const { heard } = await written(true);
  expect(heard).toMatchObject([
    { worker: { slot: 1 }, output: 'stdout', level: 40, time: 7, msg: 'late', fields: { order: 17 } },
    { level: 30, msg: '{"no":json}', malformed: 'JSON', fields: {} },
    { level: 40, msg: '', time: expect.any(Number) },
    { level: 30, msg: '', fields: {} },
    { level: 30, msg: 'plain', fields: {} },
  ]);
});
