import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFolder } from '../../src/host/folder.js';
import { ConfigError } from '../../src/vocabulary/errors.js';

const folder = mkdtempSync(join(tmpdir(), 'proteus-folder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder that can be entered is accepted', () => {
  expect(() => findFolder(folder, '/srv')).not.toThrow();
});

test.each([
  ['missing', 'ENOENT'],
  ['a file', 'ENOTDIR'],
])('a cwd that is %s is an error that names it, the reason and where relative paths start', (name, code) => {
  const path = join(folder, name);
  if (code === 'ENOTDIR') writeFileSync(path, '');

  expect(() => findFolder(path, '/srv')).toThrow(ConfigError);
  expect(() => findFolder(path, '/srv')).toThrow(
    `cwd: expected a folder that can be entered, got ${path} (${code}). Relative paths start at /srv`,
  );
});
