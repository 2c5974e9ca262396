import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fresh, program, write } from '../process/harness.js';
import { code, link } from './code.js';
import { root, type Snippet, snippetsOf } from './pages.js';

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

/** Those of a fleet need NATS: they are checked by their types, and what they do by the tests of the fleet. */
const programs = code.filter(
  ({ language, code }) =>
    language === 'js' && code.includes('proteus-cluster') && !code.includes("'proteus-cluster/fleet'"),
);
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
