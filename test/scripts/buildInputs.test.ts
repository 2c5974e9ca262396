import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashOfInputs, isBuilt, markBuilt } from '../../scripts/buildInputs.js';

const project = join(import.meta.dirname, '..', '..');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'proteus-build-'));
  for (const name of [
    'scripts/build.js',
    'scripts/buildInputs.js',
    'scripts/buildPage.js',
    'scripts/writeLicenses.js',
    'package.json',
  ])
    cpSync(join(project, name), join(root, name));
  for (const folder of ['src/state', 'dist']) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'src/state/a.ts'), 'export const a = 1;');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test('what has been built is built until an input changes', () => {
  expect(isBuilt(root, hashOfInputs(root))).toBe(false);
  markBuilt(root, hashOfInputs(root));
  expect(isBuilt(root, hashOfInputs(root))).toBe(true);
});

test.each([
  ['a source', 'src/state/a.ts'],
  ['a further source', 'src/state/b.ts'],
  ['the script', 'scripts/build.js'],
  ['a version of a dependency', 'package-lock.json'],
])('%s that changes makes it a build to do', (_, file) => {
  markBuilt(root, hashOfInputs(root));
  writeFileSync(join(root, file), 'export const a = 2;');
  expect(isBuilt(root, hashOfInputs(root))).toBe(false);
});

test('a file with another name is another input', () => {
  const before = hashOfInputs(root);
  cpSync(join(root, 'src/state/a.ts'), join(root, 'src/state/b.ts'));
  rmSync(join(root, 'src/state/a.ts'));
  expect(hashOfInputs(root)).not.toBe(before);
});

test('without dist nothing is built', () => {
  const hash = hashOfInputs(root);
  markBuilt(root, hash);
  rmSync(join(root, 'dist'), { recursive: true });
  expect(isBuilt(root, hash)).toBe(false);
});
