import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { code, link } from './code.js';
import { root, type Snippet } from './pages.js';

test.for(code)('the block at $at has a language', ({ language }) => {
  expect(language).toMatch(/^[jt]s$/);
});

const nameOf = ({ at, language, code }: Snippet): string =>
  `${at.replaceAll(/[^\w-]/g, '_')}.${/\brequire\(/.test(code) ? 'c' : 'm'}${language}`;

describe('every snippet passes the type check in strict mode', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'proteus-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let complaints: readonly string[] = [];

  beforeAll(async () => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/proteus-cluster'));
    link(folder, ['@types', 'pino', 'rxjs', 'valibot', 'vitest', 'zod']);
    for (const snippet of code) writeFileSync(join(folder, nameOf(snippet)), snippet.code);
    const compilerOptions = {
      strict: true,
      target: 'es2023',
      module: 'nodenext',
      types: ['node'],
      allowJs: true,
      checkJs: true,
      noEmit: true,
      skipLibCheck: true,
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const output = await new Promise<string>((resolve) =>
      execFile(
        process.execPath,
        [join(root, 'node_modules/typescript/bin/tsc'), '--pretty', 'false'],
        { cwd: folder },
        (_, out) => resolve(out),
      ),
    );
    complaints = output.split(/\n(?! )/).filter((line) => line !== '');
  }, 60_000);

  test.for(code)('$at', (snippet) => {
    expect(complaints.filter((line) => line.startsWith(nameOf(snippet)))).toEqual([]);
  });

  test('nothing else is wrong', () => {
    expect(complaints.filter((line) => !code.some((snippet) => line.startsWith(nameOf(snippet))))).toEqual([]);
  });
});
