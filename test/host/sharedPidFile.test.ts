import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sharePidFile } from '../../src/host/sharedPidFile.js';
import { PidFileError } from '../../src/vocabulary/errors.js';

const folder = mkdtempSync(join(tmpdir(), 'proteus-pid-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('clusters of one process share its pid file, and the last one removes it', () => {
  const path = join(folder, 'shared.pid');
  const releases = [sharePidFile(path), sharePidFile(path)];
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);

  releases[0]?.();
  expect(existsSync(path)).toBe(true);
  releases[1]?.();
  expect(existsSync(path)).toBe(false);
});

test('a process has one pid file: a second path is refused as long as the first is held', () => {
  const release = sharePidFile(join(folder, 'one.pid'));
  expect(() => sharePidFile(join(folder, 'other.pid'))).toThrow(PidFileError);
  expect(existsSync(join(folder, 'other.pid'))).toBe(false);
  release();

  sharePidFile(join(folder, 'other.pid'))();
});
