import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consumer, errorsOf, nodeTypes, npmInstall, pack, repositoryTsc, temporary, write } from './app.js';

const folder = temporary();

beforeAll(async () => {
  const tarball = await pack(folder);
  await npmInstall(folder, tarball, 'rxjs', nodeTypes, 'typescript@5.9');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(new URL('../../docs/typescript.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const compilers = new Map([
  ['7.0', repositoryTsc],
  ['5.9', join(folder, 'node_modules/typescript/bin/tsc')],
]);

test('the table in docs/typescript.md is read', () => {
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter(([version = '']) => !compilers.has(version))).toEqual([]);
});

test.each(rows)(
  'TypeScript %s, type %s, module %s, moduleResolution %s: %s',
  async (version = '', type, module = '', moduleResolution = '', result = '') => {
    write(folder, { 'consumer.ts': consumer, 'package.json': JSON.stringify({ private: true, type }) });
    const errors = await errorsOf(compilers.get(version) ?? '', folder, 'consumer.ts', { module, moduleResolution });
    expect(errors).toMatch(result === 'works' ? /^$/ : new RegExp(`error ${result}: `));
  },
  120_000,
);
