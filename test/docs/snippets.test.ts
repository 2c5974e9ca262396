import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, program, write } from '../process/harness.js';
import { pages, root, type Snippet, snippetsOf } from './pages.js';

/** Blocks that nobody can run here. */
const excluded = new Set(['sh', 'text', 'ini', 'json', 'dockerfile', 'nginx', 'diff']);

// Files of this repository are run in a copy of it: addingAFeature.test.ts.
const all = pages.flatMap(snippetsOf).filter(({ file }) => !/^(src|test)\//.test(file ?? ''));
const code = all.filter(({ language }) => !excluded.has(language));

test.for(code)('the block at $at has a language', ({ language }) => {
  expect(language).toMatch(/^[jt]s$/);
});

/** The package by its own name, and what a snippet may import beside it. */
const link = (folder: string, names: readonly string[]): void => {
  for (const name of names) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
};

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

/** What stands for a service that a page does not show. */
const service = `
import { createServer } from 'node:http';
createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');
`;

/** Every snippet listens on a free port and has its files in its own folder. */
const here = (text: string): string =>
  text.replaceAll(/\b(?:8080|8111)\b/g, '0').replaceAll(/\/tmp\/(\w+\.pid)/g, '$1');

/** The files of a page, and of a service for each one that is named and not shown. */
const folderOf = ({ page, code }: Pick<Snippet, 'page' | 'code'>): string => {
  const shown = snippetsOf(page).filter(({ file }) => file !== undefined);
  const named = Array.from(code.matchAll(/'([\w-]+\.m?js)'/g), ([, name = '']) => name);
  const folder = fresh({ '.env': 'A=1\n', 'package.json': '{ "type": "module" }' });
  link(folder, ['valibot']);
  for (const name of readdirSync(join(root, 'marbles'))) cpSync(join(root, 'marbles', name), join(folder, name));
  for (const name of ['worker.js', ...named]) write(folder, { [name]: service });
  for (const { file = '', code } of shown) write(folder, { [file]: here(code) });
  return folder;
};

/** A master that runs parts of a program while its cluster is up. */
const master = (parts: readonly string[], cluster: string): string => `
import { filter, take } from 'rxjs';
import { cluster$, events$, is } from 'proteus-cluster';
events$.pipe(filter(is('started')), take(1)).subscribe(async () => {
  for (const part of ${JSON.stringify(parts)}) await import(part);
  console.log('all of it was run');
});
${cluster}
`;

const service$ = "cluster$({ exec: 'worker.js', pid: 'master.pid', worker: 1 }).subscribe();";

const isMaster = ({ code }: Snippet): boolean => /\bcluster(\$)?\(\{/.test(code);
const isWorker = ({ code, file }: Snippet): boolean =>
  (file?.startsWith('worker.') ?? false) || code.includes("'proteus-cluster/worker'");
const isPart = ({ code }: Snippet): boolean =>
  code.includes("'proteus-cluster'") && !code.includes('proteus-cluster/testing');

const programs = code.filter(({ language, code }) => language === 'js' && code.includes('proteus-cluster'));
/** The quick start of the README has a test of its own. */
const masters = programs.filter((snippet) => isMaster(snippet) && snippet.page !== 'README.md');
/** The others are run by the master that their page has for them. */
const workers = programs.filter(
  (snippet) => isWorker(snippet) && !masters.some(({ page, file }) => page === snippet.page && file !== undefined),
);
const others = programs.filter((snippet) => !isMaster(snippet) && !isWorker(snippet));
const parts = others.filter(isPart);
const pagesOfParts = [...new Set(parts.map(({ page }) => page))];

/** Runs it until it serves and has done what it says, and ends it. What it then has to say for itself. */
const run = async (folder: string) => {
  const running = program(folder, process.execPath, ['main.mjs']);
  await running.printed(/all of it was run/);
  running.signal('SIGTERM');
  const end = await running.ended();
  return { ...end, complaints: running.output.match(/.*(?:"level":(?:50|60)|Warning).*/g) };
};

const fine = { code: 0, signal: null, complaints: null };

describe('what can run runs', () => {
  test.for(masters)('the master at $at starts, and stops', async (snippet) => {
    const folder = folderOf(snippet);
    const name = snippet.file ?? (snippet.code.includes('require(') ? 'snippet.cjs' : 'snippet.mjs');
    write(folder, { [name]: here(snippet.code), 'main.mjs': master([], `await import('./${name}');`) });
    expect(await run(folder)).toEqual(fine);
  });

  test.for(workers)('the worker at $at starts, and stops', async (snippet) => {
    const folder = folderOf(snippet);
    write(folder, { 'worker.js': here(snippet.code), 'main.mjs': master([], service$) });
    expect(await run(folder)).toEqual(fine);
  });

  test.for(pagesOfParts)('what a master does on page %s is done', async (page) => {
    const files = parts
      .filter((snippet) => snippet.page === page)
      .map(({ code }, index) => [`./part${index}.mjs`, here(code)] as const);
    const folder = folderOf({ page, code: '' });
    write(folder, Object.fromEntries(files));
    write(folder, {
      'main.mjs': master(
        files.map(([name]) => name),
        service$,
      ),
    });
    expect(await run(folder)).toEqual(fine);
  });

  test.for(others.filter((snippet) => !isPart(snippet)))('the program at $at ends by itself', async (snippet) => {
    const folder = folderOf(snippet);
    write(folder, { 'main.mjs': here(snippet.code) });
    expect(await program(folder, process.execPath, ['main.mjs']).ended()).toEqual({ code: 0, signal: null });
  });
});
