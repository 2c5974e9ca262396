import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { codeRelease } from '../../../src/fleet/api/codeRelease.js';

/** A folder with these files. */
const folderOf = (files: Readonly<Record<string, string>>): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'proteus-release-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};

test('is the version in the package.json beside the program, or in the next folder above that has one', () => {
  const folder = folderOf({
    'package.json': '{ "version": "1.0.0" }',
    'shop/package.json': '{ "version": "2.0.0" }',
  });
  expect(codeRelease(join(folder, 'worker.js'), undefined)).toBe('1.0.0');
  expect(codeRelease(join(folder, 'shop/worker.js'), undefined)).toBe('2.0.0');
  expect(codeRelease(join(folder, 'web/src/worker.js'), undefined)).toBe('1.0.0');
});

test('a path begins at the working folder of the service, and a URL is a path', () => {
  const folder = folderOf({ 'package.json': '{ "version": "1.0.0" }', 'web/package.json': '{ "version": "2.0.0" }' });
  expect(codeRelease('worker.js', join(folder, 'web'))).toBe('2.0.0');
  expect(codeRelease('../worker.js', join(folder, 'web'))).toBe('1.0.0');
  expect(codeRelease('worker.js', pathToFileURL(join(folder, 'web')).href)).toBe('2.0.0');
  expect(codeRelease(pathToFileURL(join(folder, 'worker.js')).href, '/')).toBe('1.0.0');
});

test('a package.json that can be read ends the search, with or without a version', () => {
  const folder = folderOf({
    'package.json': '{ "version": "1.0.0" }',
    'none/package.json': '{ "name": "shop" }',
    'number/package.json': '{ "version": 2 }',
    'broken/package.json': '{ "version":',
    'list/package.json': 'null',
  });
  const release = (name: string) => codeRelease(join(folder, name, 'worker.js'), undefined);
  expect(['none', 'number', 'broken', 'list'].map(release)).toEqual(['', '', '1.0.0', '1.0.0']);
});

test('is empty where nothing is known', () => {
  expect(codeRelease('/worker.js', undefined)).toBe('');
  expect([undefined, '', 7, null].map((exec) => codeRelease(exec, undefined))).toEqual(['', '', '', '']);
});

test('is read each time: the code of a service is replaced before its restart', () => {
  const folder = folderOf({ 'package.json': '{ "version": "1.0.0" }' });
  expect(codeRelease(join(folder, 'worker.js'), undefined)).toBe('1.0.0');
  writeFileSync(join(folder, 'package.json'), '{ "version": "1.1.0" }');
  expect(codeRelease(join(folder, 'worker.js'), undefined)).toBe('1.1.0');
});
