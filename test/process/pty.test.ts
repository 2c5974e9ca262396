import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { fresh, get, imports, portOf, program, workers } from './harness.js';

const ctrlC = '\x03';
const exists = (command: string) => (process.env['PATH'] ?? '').split(':').some((at) => existsSync(join(at, command)));

/** Runs a command on a terminal, typing for a person; in the place of the shell, which would die of its own Ctrl-C. */
const terminal = (folder: string, command: string) => {
  if (!exists('script')) throw new Error('these tests need a terminal: install script, of util-linux');
  return program(folder, 'script', ['-qefc', `exec ${command}`, '/dev/null'], {
    env: { TERM: 'xterm', npm_config_loglevel: 'error' },
  });
};

const files = (options = '') => ({
  'worker.mjs': workers.http,
  'master.mjs': `${imports} run({ worker: 2, exec: 'worker.mjs', ${options} });`,
  'package.json': JSON.stringify({ private: true, scripts: { start: 'true && exec node master.mjs' } }),
});

test.each([
  ['node', `${process.execPath} master.mjs`],
  ['npm start', 'npm start --silent'],
  ['npm start with bash', 'npm start --silent --script-shell=bash'],
])('Ctrl-C, to the whole group, shuts down gracefully: %s', async (_, command) => {
  const folder = fresh(files());
  const typed = terminal(folder, command);
  await typed.event('started');
  expect(await get(portOf(await typed.event('listening')))).toMatch(/^\d+$/);
  typed.type(ctrlC);
  await typed.event('completed');
  expect(await typed.ended()).toMatchObject({ signal: null });
  expect(typed.past('shutdown')).toMatchObject([{ why: 'SIGINT', force: false }]);
  expect(typed.past('kill')).toEqual([]);
  expect(typed.past('error')).toEqual([]);
  expect(typed.past('fork')).toHaveLength(2);
  expect(typed.past('exit')).toMatchObject([
    { code: 0, requested: true },
    { code: 0, requested: true },
  ]);
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test.each([`${process.execPath} master.mjs`, 'npm start --silent', 'npm start --silent --script-shell=bash'])(
  'the shell gets 0 after Ctrl-C: %s',
  async (command) => {
    const typed = terminal(fresh(files()), command);
    await typed.event('started');
    typed.type(ctrlC);
    expect(await typed.ended()).toEqual({ code: 0, signal: null });
  },
);

test('the API of 2012 ignores SIGHUP, also on a terminal', async () => {
  const folder = fresh({
    'worker.mjs': workers.http,
    'master.mjs': `${imports}
      can.hangUp = () => process.kill(process.pid, 'SIGHUP');
      proteus.events$.subscribe(tell);
      proteus.cluster({ worker: 1, exec: 'worker.mjs', pid: 'master.pid', log: false });`,
  });
  const typed = terminal(folder, `${process.execPath} master.mjs`);
  await typed.event('ready');
  await typed.call('hangUp');
  expect(await typed.event('signal')).toMatchObject({ signal: 'SIGHUP', action: 'reopen' });
  await typed.call('shutdown');
  expect(await typed.ended()).toMatchObject({ code: 0 });
  expect(typed.past('shutdown')).toMatchObject([{ why: 'shutdown()' }]);
});

test('a terminal that is closed is a graceful shutdown, and the log to it does not end the master', async () => {
  const folder = fresh({
    'worker.mjs': workers.http,
    'master.mjs': `${imports}
      const send = (record) => process.send(JSON.stringify(record));
      proteus.cluster$({ worker: 2, exec: 'worker.mjs', pid: 'master.pid', ready: 'listening' }).subscribe({
        next: send,
        complete: () => send({ type: 'completed' }),
      });`,
  });
  const typed = terminal(folder, `${process.execPath} master.mjs`);
  await typed.event('started');
  typed.signal('SIGKILL');
  await typed.event('completed');
  expect(typed.past('signal')).toMatchObject([{ signal: 'SIGHUP', action: 'shutdown' }]);
  // Node itself may abort at its end on a terminal that is closed: the exit is requested, its signal is not ours.
  expect(typed.past('exit').map(({ requested }) => requested)).toEqual([true, true]);
  expect(typed.past('kill')).toEqual([]);
  await typed.ended();
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('on a terminal the log is for people, elsewhere it is JSON', async () => {
  const folder = fresh({
    'worker.mjs': workers.http,
    'master.mjs': `${imports} proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: 'master.pid' }).subscribe();`,
  });
  const seen = terminal(folder, `${process.execPath} master.mjs`);
  await seen.printed(/ready after/);
  seen.type(ctrlC);
  await seen.ended();
  const lines = stripVTControlCharacters(seen.output)
    .replaceAll(/\r|\^C/g, '')
    .trim()
    .split('\n');
  expect(lines[0]).toMatch(
    /^\d\d:\d\d:\d\d ● worker {8}│ worker 1 \(slot 1, pid \d+\) is ready: listens on 127\.0\.0\.1:\d+$/,
  );
  expect(lines.at(-1)).toMatch(/● worker {8}│ the last worker has left; ran for/);

  const piped = program(folder, process.execPath, ['master.mjs']);
  await piped.printed(/ready after/);
  piped.signal('SIGTERM');
  await piped.ended();
  const records = piped.output
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(records[0]).toMatchObject({ name: 'proteus-cluster', level: 30, event: 'ready', worker: { slot: 1 } });
  expect(records.at(-1)).toMatchObject({ event: 'end', msg: expect.stringContaining('the last worker has left') });
});

test('with a log in a file the terminal has where that is, and what the master decides', async () => {
  const folder = fresh({
    'worker.mjs': `console.log('from the worker'); ${workers.http}`,
    'master.mjs': `${imports} proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: 'master.pid', log: { file: 'all.log' } }).subscribe();`,
  });
  const seen = terminal(folder, `${process.execPath} master.mjs`);
  await seen.printed(/ready after/);
  seen.type(ctrlC);
  await seen.ended();
  const lines = stripVTControlCharacters(seen.output).split(/\r?\n/);
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d ● log: the workers' output is written to .*all\.log$/);
  expect(lines[1]).toMatch(/ worker 1 \(slot 1, pid \d+\) is ready: /);
  expect(seen.output).toContain('the last worker has left');
  expect(seen.output).not.toContain('from the worker');
  const log = readFileSync(join(folder, 'all.log'), 'utf8');
  expect(log).toContain('from the worker');
  expect(log).toContain('the last worker has left');
});

test('what a worker dies of cannot control the terminal, and each of its lines is marked', async () => {
  const folder = fresh({
    'worker.mjs': `throw new Error('boom \\u001b]0;evil\\u0007\\u001b[2J\\u202e\\nsecond line');`,
    'master.mjs': `${imports} proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: false, maxForkCount: 1 }).subscribe({ error: () => {} });`,
  });
  const seen = terminal(folder, `${process.execPath} master.mjs`);
  await seen.ended();
  const lines = stripVTControlCharacters(seen.output).split(/\r?\n/);
  expect(lines).toContainEqual(
    expect.stringMatching(/│ worker 1 \(slot 1, pid \d+\) exited with code 1: Error: boom $/),
  );
  expect(lines).toContain('           worker        │ second line');
  for (const control of ['evil\u0007', '\u001b[2J', '\u202e']) expect(seen.output).not.toContain(control);
});

test('a terminal shows which workers the master waits for, and how long until they are killed', async () => {
  const folder = fresh({
    'worker.mjs': `process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000); process.send('ready');`,
    'master.mjs': `${imports} proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: 'master.pid', ready: 'message' }).subscribe();`,
  });
  const seen = terminal(folder, `${process.execPath} master.mjs`);
  await seen.printed(/ready after/);
  seen.type(ctrlC);
  await seen.printed(/waiting for worker 1 \(slot 1, pid \d+\), which is killed in 118 s/);
  // The second time, at least half a second later, it is meant.
  seen.type(ctrlC);
  await seen.printed(/the last worker has left/);
  await seen.ended();
  expect(stripVTControlCharacters(seen.output)).toMatch(/forced shutdown/);
});
