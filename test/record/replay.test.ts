import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { map, take } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { RecordingError, recordingHeader, replay, type LostEvents } from '../../src/record.js';
import { begin, folder, recordTo, replayed, seqs, started } from './recordings.js';

const three = [started(1, 0), started(2, 3), started(3, 8)];
const recording = async (events = three) => {
  const path = join(folder(), 'web.jsonl');
  await recordTo(path, events);
  return path;
};

test('what was recorded is replayed as it was', async () => {
  expect(replayed(await recording())).toEqual({ events: three });
});

test('from and to select events by their time, both included', async () => {
  const path = await recording();
  expect(seqs(replayed(path, { from: begin + 3 }).events)).toEqual([2, 3]);
  expect(seqs(replayed(path, { to: new Date(begin + 3) }).events)).toEqual([1, 2]);
});

test('with a speed the events keep their distances, in the virtual time of a TestScheduler', async () => {
  const path = await recording();
  const paced = (speed: number) => replay(path, { speed }).pipe(map(({ seq }) => String(seq)));
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ expectObservable }) => {
    expectObservable(paced(1)).toBe('   1--2----(3|)');
    expectObservable(paced(0.5)).toBe(' 1-----2---------(3|)');
    expectObservable(paced(1), '        ----!').toBe('1--2-');
  });
});

test('a clock that was set back while recording delays nothing', async () => {
  const path = await recording([started(1, 100), started(2, 0), started(3, 6)]);
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ expectObservable }) => {
    expectObservable(replay(path, { speed: 1 }).pipe(map(({ seq }) => String(seq)))).toBe('(12)--(3|)');
  });
});

test('it reads no further than it is asked', async () => {
  const path = await recording();
  appendFileSync(path, 'damaged\n');
  const seen: number[] = [];
  replay(path)
    .pipe(take(3))
    .subscribe(({ seq }) => seen.push(seq));
  expect(seen).toEqual([1, 2, 3]);
});

test('the older file comes first, and may be the only one', async () => {
  const path = await recording([started(1), started(2)]);
  renameSync(path, `${path}.1`);
  expect(seqs(replayed(path).events)).toEqual([1, 2]);
  await recordTo(path, [started(3)]);
  expect(seqs(replayed(path).events)).toEqual([1, 2, 3]);
});

test('a damaged line is an error with its place, after the events before it', async () => {
  const path = await recording();
  appendFileSync(path, '{"type":"exit"}\n');
  await recordTo(path, [started(4)]);
  const { events, error } = replayed(path);
  expect(events).toEqual(three);
  expect(error).toBeInstanceOf(RecordingError);
  expect(error).toMatchObject({ problem: 'damaged', path, line: 5, events: 3 });
  expect(String(error)).toBe(
    `RecordingError: recording: ${path}, line 5: is no event that this version knows. 3 events were read before it`,
  );
});

test('with onDamage the stream goes on after it', async () => {
  const path = await recording();
  appendFileSync(path, '{"type":"exit"}\nnothing\n');
  await recordTo(path, [started(4)]);
  const lines: (number | undefined)[] = [];
  const { events } = replayed(path, { onDamage: ({ line }) => lines.push(line) });
  expect(seqs(events)).toEqual([1, 2, 3, 4]);
  expect(lines).toEqual([5, 6]);
});

test('an incomplete last line is truncated', async () => {
  const path = await recording();
  appendFileSync(path, '{"type":"star');
  expect(replayed(path)).toMatchObject({ events: three, error: { problem: 'truncated', line: 5, events: 3 } });
});

test('a recorder that continues after an incomplete line says so: the line is lost, and no damage', async () => {
  const path = await recording();
  appendFileSync(path, '{"type":"star');
  await recordTo(path, [started(4)]);
  const lost: LostEvents[] = [];
  const { events, error } = replayed(path, { onLost: (one) => lost.push(one) });
  expect(error).toBeUndefined();
  expect(seqs(events)).toEqual([1, 2, 3, 4]);
  expect(lost).toEqual([{ lost: 1, why: 'the recorder was ended while it wrote the event' }]);
});

test('a newer format is an error that says which version reads it, after what is older', async () => {
  const path = await recording();
  const [header = ''] = readFileSync(path, 'utf8').split('\n');
  const newer = (change: object) => `${JSON.stringify({ ...JSON.parse(header), version: '9.9.9', ...change })}\n`;
  appendFileSync(path, `${newer({ recording: 2 })}${JSON.stringify(started(4))}\n`);
  const { events, error } = replayed(path);
  expect(seqs(events)).toEqual([1, 2, 3]);
  expect(error).toMatchObject({ problem: 'newer', line: 5 });
  expect(String(error)).toContain('was written by proteus-cluster 9.9.9 in a newer format (2, events 1)');
  await recordTo(path, [started(5)]);
  expect(seqs(replayed(path, { onDamage: () => {} }).events)).toEqual([1, 2, 3, 5]);
  writeFileSync(path, newer({ format: 2 }));
  expect(replayed(path)).toMatchObject({ events: [], error: { problem: 'newer', line: 1 } });
  expect(() => recordingHeader(path)).toThrow('newer format');
});

test('what is no recording is an error: an empty file, another file, a folder, no file', async () => {
  const path = join(folder(), 'web.jsonl');
  expect(replayed(path)).toMatchObject({ events: [], error: { problem: 'unreadable' } });
  writeFileSync(path, '');
  expect(replayed(path)).toMatchObject({ events: [], error: { problem: 'empty', path } });
  for (const text of ['hello\nworld\n', `${JSON.stringify(started(1))}\n`, '\n\n', '{"recording":"yes"}\n']) {
    writeFileSync(path, text);
    expect(replayed(path)).toMatchObject({ events: [], error: { problem: 'foreign', line: 1 } });
  }
  expect(replayed(folder())).toMatchObject({ error: { problem: 'unreadable' } });
});

test('a line of any length takes bounded memory', async () => {
  const path = await recording();
  appendFileSync(path, `"${'x'.repeat(3 * 2 ** 20)}"\n`);
  await recordTo(path, [started(4)]);
  const errors: string[] = [];
  const { events } = replayed(path, { onDamage: ({ message }) => errors.push(message) });
  expect(seqs(events)).toEqual([1, 2, 3, 4]);
  expect(errors).toEqual([expect.stringContaining('line 5: is longer than 1048576 characters')]);
});

test.for([{ speed: 0 }, { speed: Number.NaN }, { from: Number.NaN }, { to: new Date('never') }])(
  'a wrong option is a ConfigError: %o',
  (options) => expect(() => replay('web.jsonl', options)).toThrow(expect.objectContaining({ name: 'ConfigError' })),
);
