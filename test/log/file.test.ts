import { execFileSync } from 'node:child_process';
import fs, {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { file } from '../../src/log/file.js';
import { rotate, type LogRotation } from '../../src/log/rotation.js';

const folderOf = () => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
const rotated = (path: string, how: LogRotation) => {
  const failures: unknown[] = [];
  const device = file(path, { rotation: rotate(path, how, (error) => failures.push(error)) });
  onTestFinished(() => device.close());
  return { failures, write: (text: string) => device.write([Buffer.from(text)]) };
};
const old = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name !== 'a.log')
    .toSorted();

test('it appends, and a new file has mode 0640', async () => {
  const path = join(folderOf(), 'a.log');
  writeFileSync(path, 'before\n');
  const device = file(path);
  expect(await device.write([Buffer.from('one\n'), Buffer.from('two\n')])).toBe(8);
  device.close();
  expect(readFileSync(path, 'utf8')).toBe('before\none\ntwo\n');
  const fresh = join(folderOf(), 'a.log');
  file(fresh).close();
  expect(statSync(fresh).mode & 0o137).toBe(0);
});

test('a file or folder that was moved is created again by reopen, and without it after a second', async () => {
  const folder = join(folderOf(), 'logs');
  mkdirSync(folder);
  const path = join(folder, 'a.log');
  const device = file(path);
  onTestFinished(() => device.close());
  await device.write([Buffer.from('one\n')]);
  renameSync(path, join(folder, 'a.log.1'));
  await device.write([Buffer.from('two\n')]);
  await device.reopen?.();
  await device.write([Buffer.from('three\n')]);
  expect(readFileSync(join(folder, 'a.log.1'), 'utf8')).toBe('one\ntwo\n');
  expect(readFileSync(path, 'utf8')).toBe('three\n');
  rmSync(folder, { recursive: true });
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 2_000);
  onTestFinished(() => void vi.restoreAllMocks());
  await device.write([Buffer.from('four\n')]);
  expect(readFileSync(path, 'utf8')).toBe('four\n');
});

test('an interrupted line continues at the same byte, and is written whole to a file that was opened meanwhile', async () => {
  const folder = folderOf();
  const path = join(folder, 'a.log');
  const aside = join(folder, 'aside');
  const line = Buffer.from(`${'x'.repeat(999)}\n`);
  const lines = Buffer.concat(Array.from({ length: 100 }, () => line));
  // A FIFO takes less than all of it.
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(reader));
  const device = file(path);
  onTestFinished(() => device.close());
  const room = Buffer.alloc(2 ** 16);
  expect(await device.write([Buffer.alloc(room.length, '\n')])).toBe(room.length);
  expect(await device.write([lines])).toBe(0);
  readSync(reader, room);
  const first = await device.write([lines]);
  expect(first % 1_000).toBe(0);
  expect(await device.write([lines.subarray(first)])).toBe(0);
  const taken = readSync(reader, room);
  expect(taken).toBeGreaterThan(first);
  const second = first + (await device.write([lines.subarray(first)]));
  const more = readSync(reader, room);
  expect(taken + more).toBe(lines.length);
  expect(second).toBe(lines.length);
  const third = await device.write([lines]);
  renameSync(path, aside);
  await device.reopen?.();
  await device.write([lines.subarray(third)]);
  expect(readFileSync(path, 'latin1')).toBe(lines.subarray(third).toString('latin1'));
});

test('at process exit the lines of a write that has not started are written too', async () => {
  const path = join(folderOf(), 'a.log');
  const waiting = new Promise<boolean>(() => {});
  const device = file(path, { rotation: { begin: () => {}, isDue: () => true, moveAside: () => waiting } });
  onTestFinished(() => device.close());
  void device.write([Buffer.from('given\n')]);
  device.flushAtExit?.([Buffer.from('waits\n')], [Buffer.from('given\n'), Buffer.from('waits\n')]);
  expect(readFileSync(path, 'utf8')).toBe('given\nwaits\n');
});

test('an unfinished line of an earlier process is not continued', async () => {
  const path = join(folderOf(), 'a.log');
  writeFileSync(path, 'whole\nto');
  const device = file(path);
  onTestFinished(() => device.close());
  await device.write([Buffer.from('one\n')]);
  await device.write([Buffer.from('two\n')]);
  expect(readFileSync(path, 'utf8')).toBe('whole\nto\none\ntwo\n');
});

test('the file is rotated before it exceeds its size, and `keep` old files are kept', async () => {
  const folder = folderOf();
  const { write, failures } = rotated(join(folder, 'a.log'), { size: 10, keep: 2 });
  writeFileSync(join(folder, 'a.log.conf'), 'not ours');
  await write('1234567\n');
  await write('89\n');
  await write('12\n');
  await write('123456789012\n');
  await write('flushAtExit\n');
  await vi.waitFor(() => expect(old(folder)).toHaveLength(3));
  expect(old(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
    '89\n12\n',
    '123456789012\n',
    'not ours',
  ]);
  expect(readFileSync(join(folder, 'a.log'), 'utf8')).toBe('flushAtExit\n');
  expect(failures).toEqual([]);
});

test('rotated files that still exist are compressed, and a partial file of an earlier process is removed', async () => {
  const folder = folderOf();
  writeFileSync(join(folder, 'a.log.20261126T000000000Z.draft'), 'half');
  const { write } = rotated(join(folder, 'a.log'), { size: '1K', compress: true });
  const text = `${'x'.repeat(1_020)}\n`;
  await write(text);
  await write('next\n');
  await vi.waitFor(() => expect(old(folder)).toEqual([expect.stringMatching(/^a\.log\.\d{8}T\d{9}Z\.gz$/)]));
  expect(gunzipSync(readFileSync(join(folder, old(folder)[0] ?? ''))).toString()).toBe(text);
  const fast = folderOf();
  const { write: note, failures } = rotated(join(fast, 'a.log'), { size: 4, compress: true, keep: 1 });
  await note('one\n');
  await note('two\n');
  await note('three\n');
  await note('four\n');
  await note('five\n');
  await vi.waitFor(() => expect(old(fast)).toEqual([expect.stringMatching(/Z\.gz$/)]));
  expect(failures).toEqual([]);
});

test('the first line of a new hour or day starts a new file, also after a restart', async () => {
  const folder = folderOf();
  const path = join(folder, 'a.log');
  writeFileSync(path, 'yesterday\n');
  const before = new Date(Date.now() - 86_400_000);
  utimesSync(path, before, before);
  const { write } = rotated(path, { every: 'day' });
  await write('today\n');
  expect(old(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['yesterday\n']);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2031, 0, 2, 3, 59, 59, 900) });
  onTestFinished(() => void vi.useRealTimers());
  const hourly = join(folderOf(), 'a.log');
  const { write: note } = rotated(hourly, { every: 'hour' });
  await note('three\n');
  vi.setSystemTime(new Date(2031, 0, 2, 4, 0, 0, 0));
  await note('four\n');
  expect(readFileSync(hourly, 'utf8')).toBe('four\n');
});

test('when the clock is set back, a file is rotated at most a minute after its hour', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: new Date(2031, 0, 2, 3, 30) });
  onTestFinished(() => void vi.useRealTimers());
  const folder = folderOf();
  const path = join(folder, 'a.log');
  const { write } = rotated(path, { every: 'hour' });
  await write('one\n');
  vi.setSystemTime(new Date(2030, 0, 2, 3, 30));
  vi.advanceTimersByTime(30 * 60_000);
  await write('two\n');
  expect(old(folder)).toEqual([]);
  vi.advanceTimersByTime(60_000);
  await write('three\n');
  expect(old(folder)).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toBe('three\n');
});

test('a file with a modification time in the future counts as written now', async () => {
  const folder = folderOf();
  const path = join(folder, 'a.log');
  writeFileSync(path, 'one\n');
  const nextYear = new Date(Date.now() + 365 * 86_400_000);
  utimesSync(path, nextYear, nextYear);
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const { write } = rotated(path, { every: 'hour' });
  vi.advanceTimersByTime(3_600_000);
  await write('two\n');
  expect(readFileSync(path, 'utf8')).toBe('two\n');
});

test('the oldest file is removed first, also after the clock was set back', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2031, 0, 2, 3, 30) });
  onTestFinished(() => void vi.useRealTimers());
  const folder = folderOf();
  const { write } = rotated(join(folder, 'a.log'), { size: 1, keep: 2 });
  const kept = () => old(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  await write('one\n');
  await write('two\n');
  vi.setSystemTime(new Date(2031, 0, 2, 2, 30));
  await write('three\n');
  await write('four\n');
  await vi.waitFor(() => expect(kept()).toHaveLength(2));
  expect(kept()).toEqual(['two\n', 'three\n']);
});

test('a file that cannot be rotated is reported and stays in use', async () => {
  const path = join(folderOf(), 'a'.repeat(250));
  const { write, failures } = rotated(path, { size: 4 });
  await write('one\n');
  await write('two\n');
  await write('three\n');
  expect(failures).toEqual([expect.objectContaining({ code: 'ENAMETOOLONG' })]);
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n');
});

test('what is not a file, such as a FIFO or a device, is not rotated', async () => {
  const folder = folderOf();
  const path = join(folder, 'a.log');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  onTestFinished(() => closeSync(reader));
  const { write, failures } = rotated(path, { size: 4 });
  await write('one\n');
  await write('two\n');
  const read = Buffer.alloc(16);
  expect(read.toString('utf8', 0, readSync(reader, read))).toBe('one\ntwo\n');
  expect([old(folder), failures]).toEqual([[], []]);
});

test('symbolic links in a folder that others may write to, folders, and FIFOs without a reader are refused', () => {
  const folder = folderOf();
  const target = join(folder, 'target');
  symlinkSync(target, join(folder, 'link'));
  file(join(folder, 'link')).close();
  expect(existsSync(target)).toBe(true);
  chmodSync(folder, 0o777);
  expect(() => file(join(folder, 'link'))).toThrow('ELOOP');
  chmodSync(folder, 0o700);
  expect(() => file(folder)).toThrow('EISDIR');
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  expect(() => file(join(folder, 'fifo'))).toThrow('ENXIO');
});

test('a missing folder is created, for its owner and its group only', () => {
  const folder = folderOf();
  file(join(folder, 'logs', 'shop', 'a.log')).close();
  expect(statSync(join(folder, 'logs', 'shop')).mode & 0o7027).toBe(0);
  writeFileSync(join(folder, 'taken'), '');
  expect(() => file(join(folder, 'taken', 'a.log'))).toThrow(/ENOTDIR|EEXIST/);
});

test('an error of closing the file is not thrown', async () => {
  const path = join(folderOf(), 'a.log');
  const device = file(path);
  let closed = 0;
  const closing = vi.spyOn(fs, 'close').mockImplementation((fd, done) => {
    closeSync(fd);
    closed += 1;
    const error = new Error('EDQUOT: quota exceeded, close');
    // Node does so too, on a later turn.
    if (done === undefined) throw error;
    done(error);
  });
  syncBuiltinESMExports();
  onTestFinished(() => {
    closing.mockRestore();
    syncBuiltinESMExports();
  });
  renameSync(path, `${path}.1`);
  await device.reopen?.();
  await device.write([Buffer.from('one\n')]);
  device.close();
  expect([closed, readFileSync(path, 'utf8')]).toEqual([2, 'one\n']);
});
