import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, snippetsOf } from './pages.js';

const snippets = snippetsOf('docs/adding-a-feature.md');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'proteus-')));

/** Changes a file as a diff of the page says: each hunk is to be found in it once. */
const apply = (diff: string): void => {
  const [, file = ''] = /^\+\+\+ (.*)\n/.exec(diff) ?? [];
  let text = readFileSync(join(folder, file), 'utf8');
  for (const hunk of diff.slice(diff.indexOf('\n') + 1).split('@@\n')) {
    const side = (dropped: string) =>
      hunk
        .split('\n')
        .filter((line) => !line.startsWith(dropped))
        .map((line) => line.slice(1))
        .join('\n');
    const [before, after] = [side('+'), side('-')];
    expect(text.split(before), `${file} has once: ${before}`).toHaveLength(2);
    text = text.replace(before, () => after);
  }
  writeFileSync(join(folder, file), text);
};

const run = (...args: readonly string[]) =>
  new Promise<{ readonly code: number | null; readonly output: string }>((resolve) => {
    const child = execFile(process.execPath, args, { cwd: folder }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });

const tool = (name: string) => join('node_modules', name);

beforeAll(() => {
  for (const name of [
    'src',
    'test',
    'scripts/build.js',
    'scripts/buildInputs.js',
    'scripts/buildPage.js',
    'scripts/writeLicenses.js',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'vitest.config.ts',
    '.oxlintrc.json',
    '.oxfmtrc.json',
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, code } of snippets) {
    if (file === undefined) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code.slice(code.indexOf('\n') + 1));
  }
  for (const { language, code } of snippets) if (language === 'diff') apply(code);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The folders of the feature: in src, and in test. */
const folders = [...new Set(snippets.flatMap(({ file }) => (file === undefined ? [] : [dirname(file)])))];
const fine = { code: 0, output: expect.any(String) };

test('with the feature of the page the type check is green', async () => {
  // The other tests do not import the feature.
  const include = ['src', ...folders];
  writeFileSync(join(folder, 'tsconfig.page.json'), JSON.stringify({ extends: './tsconfig.json', include }));
  const types = await run(tool('typescript/bin/tsc'), '-p', 'tsconfig.page.json', '--pretty', 'false');
  expect(types).toEqual({ code: 0, output: '' });
});

test('the code of the page is formatted', async () => {
  expect(await run(tool('oxfmt/bin/oxfmt'), '--check', 'src/features', ...folders)).toEqual(fine);
});

test('the linter has nothing to say', async () => {
  expect(await run(tool('oxlint/bin/oxlint'), ...folders)).toEqual(fine);
});

describe('with the feature of the page', () => {
  let build: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    build = await run('scripts/build.js');
  }, 60_000);

  test('the package is built', () => expect(build).toEqual(fine));

  test.for([...folders.filter((name) => name.startsWith('test/')), 'test/imports.test.ts'])(
    '%s is green',
    async (tests) => {
      expect(await run(tool('vitest/vitest.mjs'), 'run', '--project', 'logic', '--project', 'tests', tests)).toEqual(
        fine,
      );
    },
  );
});
