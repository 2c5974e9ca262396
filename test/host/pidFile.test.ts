import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { claimPidFile } from '../../src/host/pidFile.js';
import { PidFileError } from '../../src/vocabulary/errors.js';

const fresh = () => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-pid-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, 'web.pid') };
};

test('a claimed pid file has the pid of this process, no draft is left beside it, and releasing removes it', () => {
  const { folder, path } = fresh();
  const release = claimPidFile(path);

  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
  expect(readdirSync(folder)).toEqual(['web.pid']);
  release();
  expect(readdirSync(folder)).toEqual([]);
});

test('the file of a process that has ended is replaced', () => {
  const { path } = fresh();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(path, `${pid}\n`);

  const release = claimPidFile(path);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
  release();
});

test('a file that a live process holds is refused, and stays', () => {
  const { folder, path } = fresh();
  const release = claimPidFile(path);

  expect(() => claimPidFile(path)).toThrow(PidFileError);
  expect(readdirSync(folder)).toEqual(['web.pid']);
  release();
});

test('a file that is no pid file is not overwritten', () => {
  const { path } = fresh();
  writeFileSync(path, 'notes\n');

  expect(() => claimPidFile(path)).toThrow(PidFileError);
  expect(readFileSync(path, 'utf8')).toBe('notes\n');
});

test('a pid file that another process has replaced is not removed by the one that held it', () => {
  const { path } = fresh();
  const release = claimPidFile(path);
  rmSync(path);
  writeFileSync(path, '1\n');
  release();

  expect(existsSync(path)).toBe(true);
});

test('a folder that is missing is an error that names the file', () => {
  const { folder } = fresh();
  expect(() => claimPidFile(join(folder, 'missing', 'web.pid'))).toThrow(PidFileError);
});
