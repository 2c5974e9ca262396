import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, program } from '../process/harness.js';
import { root, snippetsOf } from './pages.js';

const snippets = snippetsOf('README.md');

const freePort = async (): Promise<string> => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? String(address.port) : '';
};

/** Without what differs from run to run: pids, times, and what a worker is ready by on a slow machine. */
const plain = (text: string): string =>
  text
    .replace(/(?<=is ready: ).*/, 'REASON')
    .replaceAll(/pid \d+/g, 'pid PID')
    .replaceAll(/[\d.]+ m?s\b/g, 'TIME');

test('the quick start of the README runs as it is, and the terminal shows what the README says', async () => {
  const port = await freePort();
  const files = snippets.flatMap(({ file, code }) =>
    file === undefined ? [] : [[file, code.replace('8080', port)] as const],
  );
  expect(files.map(([file]) => file)).toEqual(['worker.mjs', 'master.mjs']);
  const folder = fresh(Object.fromEntries(files));
  const running = program(folder, process.execPath, ['master.mjs']);
  await running.printed(/2 workers are ready/);
  expect(readFileSync(join(folder, 'master.pid'), 'utf8')).toBe(`${running.pid}\n`);
  expect(await get(Number(port))).toMatch(/^hello from process \d+\n$/);
  await running.printed(/slot \d served/);
  running.signal('SIGUSR2');
  await running.printed(/restart 1 done/);
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });

  const shown = snippets.find(({ language, code }) => language === 'text' && code.includes('is ready'));
  const lines = Array.from(shown?.code.matchAll(/│ (.*)$/gm) ?? [], ([, line = '']) => plain(line));
  const told = Array.from(running.output.matchAll(/"msg":"([^"]*)"/g), ([, line = '']) => plain(line));
  expect(lines.toSorted()).toEqual(told.toSorted());
});

test('the diagram of the README is the one that is a test', () => {
  const rows = snippets.find(({ code }) => code.includes('SIGUSR2  '))?.code.split('\n') ?? [];
  const played = readFileSync(join(root, 'marbles/roll.txt'), 'utf8').split('\n');
  const drawn = rows.filter((row) => /^(?:\d| +\d|SIG|worker)/.test(row));
  expect(drawn.length).toBe(7);
  expect(drawn.filter((row) => !played.includes(row))).toEqual([]);
});
