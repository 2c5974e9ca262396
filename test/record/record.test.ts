import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EMPTY, NEVER, of, Subject, throwError } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { allEvents$ } from '../../src/registry/runningClusters.js';
import { type ClusterEvent, events$ } from '../../src/index.js';
import { openRecording, record, recordingHeader, replay } from '../../src/record.js';
import { begin, endsWith, folder, linesOf, recordTo, replayed, seqs, started, worker } from './recordings.js';

const pathOf = () => join(folder(), 'web.jsonl');

test('all events pass, and are in the file when the subscription has ended', async () => {
  const path = pathOf();
  const seen: ClusterEvent[] = [];
  of(started(1), started(2))
    .pipe(record(path))
    .subscribe((event) => seen.push(event));
  await endsWith(path, '"seq":2,');
  expect(seen).toEqual([started(1), started(2)]);
  expect(replayed(path)).toEqual({ events: seen });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an event is in the file while the subscription goes on', async () => {
  const path = pathOf();
  const source$ = new Subject<ClusterEvent>();
  const subscription = source$.pipe(record(path)).subscribe();
  source$.next(started(1));
  await endsWith(path, '"seq":1,');
  expect(subscription.closed).toBe(false);
  subscription.unsubscribe();
});

test('nothing is opened before the first event', () => {
  const path = pathOf();
  EMPTY.pipe(record(path)).subscribe();
  NEVER.pipe(record(path)).subscribe().unsubscribe();
  expect(existsSync(path)).toBe(false);
});

/** The files that this process has open. */
const openFiles = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The folder itself, which was open while it was read.
      return [];
    }
  });

test.runIf(existsSync('/proc/self/fd'))('the file is closed with the subscription', async () => {
  const path = realpathSync(folder());
  const file = join(path, 'web.jsonl');
  const source$ = new Subject<ClusterEvent>();
  const subscription = source$.pipe(record(file)).subscribe();
  source$.next(started(1));
  expect(openFiles()).toContain(file);
  subscription.unsubscribe();
  await vi.waitFor(() => expect(openFiles()).not.toContain(file), { timeout: 20_000 });
});

test('an error of the stream passes, after its events', async () => {
  const path = pathOf();
  const failure = new Error('mine');
  const source$ = new Subject<ClusterEvent>();
  const errors: unknown[] = [];
  source$.pipe(record(path)).subscribe({ error: (error: unknown) => errors.push(error) });
  source$.next(started(1));
  source$.error(failure);
  expect(errors).toEqual([failure]);
  await endsWith(path, '"seq":1,');
  throwError(() => failure)
    .pipe(record(path))
    .subscribe({ error: (error: unknown) => errors.push(error) });
  expect(errors).toEqual([failure, failure]);
});

test('events$ stays guarded: a subscriber that throws ends neither the process nor its subscription', async () => {
  const path = pathOf();
  const seen: string[] = [];
  const subscription = events$.pipe(record(path)).subscribe(({ type }) => {
    seen.push(type);
    throw new Error('mine');
  });
  allEvents$.next(started(1));
  allEvents$.next(started(2));
  subscription.unsubscribe();
  await endsWith(path, '"seq":2,');
  expect(seen).toEqual(['started', 'started']);
});

test('messages are recorded by type and size, and with the option with their content', async () => {
  const path = pathOf();
  const message = { cmd: 'login', password: 'secret', name: 'Zoë 🦊' };
  const event: ClusterEvent = { type: 'message', message, worker, time: begin, seq: 1, cluster: 'web' };
  await recordTo(path, [event]);
  expect(readFileSync(path, 'utf8')).not.toContain('secret');
  expect(replayed(path).events).toEqual([
    { ...event, message: { $type: 'object', size: JSON.stringify(message).length } },
  ]);
  const whole = pathOf();
  await recordTo(whole, [event], { messages: true });
  expect(replayed(whole).events).toEqual([event]);
  expect(readFileSync(whole, 'latin1')).toMatch(/^[ -~\n]+$/);
});

test('a recording that exists is continued', async () => {
  const path = pathOf();
  await recordTo(path, [started(1)]);
  await recordTo(path, [started(2)]);
  expect(seqs(replayed(path).events)).toEqual([1, 2]);
  expect(linesOf(path).filter((line) => line.startsWith('{"recording":1,'))).toHaveLength(2);
});

test('it is bounded, and keeps the last events', async () => {
  const path = pathOf();
  const recording = openRecording(path, { size: '128K' });
  const count = 4_000;
  for (let seq = 1; seq <= count; seq += 1) {
    recording.add(started(seq));
    // Written in many batches, as over a long time.
    // oxlint-disable-next-line no-await-in-loop
    if (seq % 500 === 0) await endsWith(path, `"seq":${seq},`);
  }
  recording.close();
  const bytes = statSync(path).size + statSync(`${path}.1`).size;
  expect(bytes).toBeLessThanOrEqual(2 ** 17);
  const { events, error } = replayed(path);
  expect(error).toBeUndefined();
  const [first = 0] = seqs(events);
  expect(seqs(events)).toEqual(Array.from({ length: count - first + 1 }, (_, at) => first + at));
  expect(events.length).toBeGreaterThan(500);
  expect(recordingHeader(path).recording).toBe(1);
}, 60_000);

test('the header has the options of the clusters, with secrets masked', async () => {
  const path = pathOf();
  const config = { web: { exec: 'worker.js', args: ['--token=1234'], env: { KEY: 'secret' }, log: { file: 'a' } } };
  await recordTo(path, [started(1)], { config });
  expect(recordingHeader(path)).toMatchObject({
    recording: 1,
    format: 1,
    version: expect.stringMatching(/^\d/),
    pid: process.pid,
    config: { web: { exec: 'worker.js', args: ['--token=***'], log: { file: 'a' } } },
  });
  expect(readFileSync(path, 'utf8')).not.toMatch(/secret|1234/);
});

test('headers of a continued recording are put together', async () => {
  const path = pathOf();
  await recordTo(path, [started(1)], { config: { web: { worker: 1 }, api: { worker: 4 } } });
  await recordTo(path, [started(2)], { config: { web: { worker: 2 } } });
  expect(recordingHeader(path).config).toEqual({ web: { worker: 2 }, api: { worker: 4 } });
});

test('the options of a cluster that begins later may be added until its first event', async () => {
  const path = pathOf();
  const config: Record<string, object> = { web: { worker: 1 } };
  const recording = openRecording(path, { config });
  recording.add(started(1));
  config['api'] = { worker: 4 };
  recording.add({ ...started(2), cluster: 'api' });
  recording.close();
  await endsWith(path, '"seq":2,');
  expect(recordingHeader(path).config).toEqual({ web: { worker: 1 }, api: { worker: 4 } });
});

/** What is reported, and what has passed, where the file cannot be opened. */
const refused = (path: string) => {
  const reports: string[] = [];
  const seen: number[] = [];
  of(started(1), started(2))
    .pipe(record(path, { report: ({ message }) => reports.push(message) }))
    .subscribe(({ seq }) => seen.push(seq));
  return { reports, seen };
};

test('what cannot be written is reported once, and the stream goes on', () => {
  const into = folder();
  const path = join(into, 'x.jsonl');
  const why = (text: string) => ({ reports: [`recording: ${path}: cannot be written: ${text}`], seen: [1, 2] });
  const other = join(into, 'other');
  writeFileSync(other, 'hello');
  symlinkSync(other, path);
  expect(refused(path)).toEqual(why('it is a symbolic link, and those are not followed. Name the file itself'));
  expect(refused(other).reports).toEqual([
    `recording: ${other}: cannot be written: it exists and is no recording, and is left as it is. Name another file`,
  ]);
  expect(readFileSync(other, 'utf8')).toBe('hello');
  const fifo = join(into, 'fifo');
  execFileSync('mkfifo', [fifo]);
  expect(refused(fifo).reports[0]).toContain('it is not a regular file');
  mkdirSync(join(into, 'b.jsonl.1'));
  expect(refused(join(into, 'b.jsonl')).reports[0]).toContain('it is not a regular file');
  expect(refused(join(other, 'below')).reports[0]).toMatch(/ENOTDIR|EEXIST/);
});

test('without report it is an error event, also where these events are recorded', () => {
  const errors: string[] = [];
  const subscription = events$.subscribe((event) => event.type === 'error' && errors.push(event.error.message));
  subscription.add(events$.pipe(record(folder())).subscribe());
  allEvents$.next(started(1));
  allEvents$.next(started(2));
  subscription.unsubscribe();
  expect(errors).toEqual([expect.stringContaining('cannot be written: it is not a regular file')]);
});

const failing = () => {
  throw new Error('mine');
};

test('a report that throws harms nothing', () => {
  const seen: number[] = [];
  of(started(1), started(2))
    .pipe(record(folder(), { report: failing }))
    .subscribe(({ seq }) => seen.push(seq));
  expect(seen).toEqual([1, 2]);
});

test('a folder that is missing is created', async () => {
  const path = join(folder(), 'recordings', 'web', 'a.jsonl');
  await recordTo(path, [started(1)]);
  expect(seqs(replayed(path).events)).toEqual([1]);
});

test('what does not fit is dropped, counted in the file where it is missing, and reported', async () => {
  const path = pathOf();
  const reports: string[] = [];
  const recording = openRecording(path, { report: ({ message }) => reports.push(message) });
  const big = 'x'.repeat(2 ** 19);
  const error = { name: 'Error', message: big, stack: '' };
  for (let seq = 1; seq <= 20; seq += 1)
    recording.add({ type: 'error', error, time: begin + seq, seq, cluster: 'web' });
  await vi.waitFor(() => expect(linesOf(path).length).toBeGreaterThan(7), { timeout: 20_000 });
  recording.add(started(21));
  recording.close();
  await endsWith(path, '"seq":21,');
  const lost: number[] = [];
  const { events } = replayed(path, { onLost: (one) => lost.push(one.lost) });
  expect(events.length).toBeLessThan(21);
  expect(lost).toEqual([21 - events.length]);
  expect(seqs(events).at(-1)).toBe(21);
  expect(reports[0]).toContain('1 events were dropped, 1 so far');
});

test('a file that is moved or removed is begun again, with a header', async () => {
  const path = pathOf();
  const reports: string[] = [];
  const recording = openRecording(path, { report: ({ message }) => reports.push(message) });
  recording.add(started(1));
  await endsWith(path, '"seq":1,');
  renameSync(path, `${path}.old`);
  /** The path is checked once in a second. */
  const untilThere = async (seq: number) => {
    await vi.waitFor(
      () => {
        recording.add(started(seq));
        if (!existsSync(path)) throw new Error('it is not there');
      },
      { timeout: 20_000, interval: 100 },
    );
    recording.add(started(seq + 1));
    await endsWith(path, `"seq":${seq + 1},`);
  };
  await untilThere(2);
  expect(replayed(path)).not.toHaveProperty('error');
  expect(reports).toEqual([]);
  rmSync(path);
  await untilThere(4);
  expect(replayed(path)).not.toHaveProperty('error');
  expect(reports).toEqual([`recording: ${path} was removed; events of the last second may be lost`]);
  recording.close();
});

test('a file that cannot be moved aside stays bounded, and is moved when that is possible again', async () => {
  const path = pathOf();
  const reports: string[] = [];
  const recording = openRecording(path, { size: '64K', report: ({ message }) => reports.push(message) });
  mkdirSync(`${path}.1`);
  for (let seq = 1; seq <= 1_000; seq += 1) recording.add(started(seq));
  // They are written at once, because the file is empty.
  await endsWith(path, '"seq":1000,');
  recording.add(started(1_001));
  await vi.waitFor(() => expect(reports).toEqual([expect.stringMatching(/^recording: .*: E\w+: .*rename/)]), {
    timeout: 20_000,
  });
  expect(linesOf(path).at(-1)).toContain('"seq":1000,');
  rmdirSync(`${path}.1`);
  await endsWith(path, '"seq":1001,');
  expect(linesOf(path)).toHaveLength(2);
  expect(replayed(path).events).toHaveLength(1_001);
  recording.close();
});

test('two recordings may share a file: no line is torn', async () => {
  const path = pathOf();
  const [one, other] = [openRecording(path), openRecording(path)];
  for (let seq = 1; seq <= 2_000; seq += 1) {
    one.add({ ...started(seq), cluster: 'web' });
    other.add({ ...started(seq), cluster: 'api' });
  }
  one.close();
  other.close();
  await vi.waitFor(() => expect(replayed(path).events).toHaveLength(4_000), { timeout: 20_000 });
  const { events, error } = replayed(path);
  expect(error).toBeUndefined();
  const all = Array.from({ length: 2_000 }, (_, at) => at + 1);
  for (const name of ['web', 'api']) expect(seqs(events.filter(({ cluster }) => cluster === name))).toEqual(all);
});

test('an event that is too long is lost, and nothing else', async () => {
  const path = pathOf();
  const error = { name: 'Error', message: 'x'.repeat(2 ** 20), stack: '' };
  await recordTo(path, [started(1), { type: 'error', error, time: begin, seq: 2, cluster: 'web' }, started(3)]);
  const lost: string[] = [];
  expect(seqs(replayed(path, { onLost: ({ why }) => lost.push(why) }).events)).toEqual([1, 3]);
  expect(lost).toEqual(['an event of the type error is longer than 1048576 characters']);
});

test('an event that is no JSON is lost, and nothing else', async () => {
  const path = pathOf();
  const message: unknown = { amount: 1n };
  await recordTo(path, [{ type: 'message', message, worker, time: begin, seq: 1, cluster: 'web' }, started(2)]);
  const lost: string[] = [];
  expect(seqs(replayed(path, { onLost: ({ why }) => lost.push(why) }).events)).toEqual([2]);
  expect(lost).toEqual([expect.stringContaining('an event of the type message is no JSON: TypeError')]);
});

test('gaps that are noted are lost events', async () => {
  const path = pathOf();
  const recording = openRecording(path);
  recording.add(started(1));
  recording.lost(7, 'mine');
  recording.add(started(9));
  recording.close();
  await endsWith(path, '"seq":9,');
  const lost: unknown[] = [];
  replay(path, { onLost: (one) => lost.push(one) }).subscribe();
  expect(lost).toEqual([{ lost: 7, why: 'mine' }]);
});

test.for([{ size: 1 }, { size: '1K' as const }, { size: Number.NaN }])('a wrong size is a ConfigError: %o', (options) =>
  expect(() => record('web.jsonl', options)).toThrow(expect.objectContaining({ name: 'ConfigError' })),
);

test('a path that is none is a ConfigError', () => {
  expect(() => record('')).toThrow(expect.objectContaining({ name: 'ConfigError' }));
});
