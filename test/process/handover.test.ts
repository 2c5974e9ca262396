import { expect, test } from 'vitest';
import { client } from './clients.js';
import { fresh, get, master, pidOf, portOf, type Program, sorted, workers, write } from './harness.js';

/** Opens a port for health checks, and that of its service half a second later, like a service that first connects to a database. */
const slowToServe = `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end('alive')).listen(0, '127.0.0.1');
  setTimeout(() => {
    createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');
  }, 500);
`;

/** Needs a while until it serves. */
const slowToListen = `
  import { createServer } from 'node:http';
  setTimeout(() => createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1'), 300);
`;

const of = (generation: number) => (told: { worker?: { generation: number } }) =>
  told.worker?.generation === generation;

test('a restart waits until the new worker listens on all ports of the old one: no request is refused', async () => {
  const program = master(fresh({ 'worker.mjs': slowToServe }), { worker: 1, exec: 'worker.mjs', minReadyTime: 100 });
  const [, service] = await program.events('listening', 2);
  if (service === undefined) throw new Error('expected two ports');
  await program.event('available');
  const over = new AbortController();
  const visits = [true, false].map((keepAlive) => client(portOf(service), keepAlive, over.signal));
  const { result } = await program.call('restart');
  over.abort();
  expect(result).toMatchObject({ outcome: 'done', replaced: [1] });
  const seen = await Promise.all(visits);
  expect(seen.flatMap(({ failed }) => failed)).toEqual([]);
  const life = program.past(of(2)).map(({ type }) => type);
  expect(life.filter((type) => type === 'listening' || type === 'ready')).toEqual(['listening', 'listening', 'ready']);
  expect(program.past('overdue')).toEqual([]);
});

test('a release that drops a port is ready without it after readyTimeout, and the event names what is missing', async () => {
  const folder = fresh({ 'worker.mjs': slowToServe });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', minReadyTime: 100, readyTimeout: 2_000 });
  const [kept, dropped] = await program.events('listening', 2);
  await program.event('available');
  write(folder, { 'worker.mjs': workers.http });
  const { result } = await program.call('restart');
  expect(result).toMatchObject({ outcome: 'done', replaced: [1] });
  const [, ready] = await program.events('ready', 2);
  if (kept === undefined) throw new Error('expected a port');
  expect(ready).toMatchObject({ worker: { generation: 2 }, lacks: [dropped?.address] });
  expect(await get(portOf(kept))).toBe(String(ready?.worker?.pid));
});

test('restart({ slot }) replaces the worker of one slot, also when it is asked for during a restart of all', async () => {
  const program = master(fresh({ 'worker.mjs': workers.http }), { worker: 2, exec: 'worker.mjs', minReadyTime: 100 });
  await program.event('started');
  const over = new AbortController();
  const visits = client(portOf(await program.event('listening')), false, over.signal);
  expect((await program.call('restart', { slot: 2 })).result).toEqual({ outcome: 'done', replaced: [2], kept: [] });
  const all = program.call('restart');
  await program.event(({ type, roll }) => type === 'restart-begin' && roll === 2);
  const [one, two] = [program.call('restart', { slot: 1 }), program.call('restart', { slot: 1, cluster: 'worker' })];
  expect((await all).result).toEqual({ outcome: 'done', replaced: [1, 2], kept: [] });
  expect((await one).result).toEqual({ outcome: 'done', replaced: [1], kept: [] });
  expect((await two).result).toEqual((await one).result);
  over.abort();
  expect((await visits).failed).toEqual([]);
  expect(program.past('restart-begin').map(({ slots }) => slots)).toEqual([[2], [1, 2], [1]]);
  expect(sorted(program.past('exit').map(({ worker }) => worker?.slot ?? 0))).toEqual([1, 1, 2, 2]);
});

test('a restart of a slot that does not exist is refused', async () => {
  const program = master(fresh({ 'worker.mjs': workers.http }), { worker: 1, exec: 'worker.mjs' });
  await program.event('started');
  const message = "restart(): expected an existing slot, got 3; 'worker' has 1";
  expect((await program.call('restart', { slot: 3 })).error).toMatchObject({ name: 'NotRunningError', message });
  expect(program.past('restart')).toEqual([]);
});

/** A running master whose workers are all available, and the number of its events so far. */
const underWay = async (source: string, options: { readonly worker?: number } & Readonly<Record<string, unknown>>) => {
  const { worker = 1 } = options;
  const folder = fresh({ 'worker.mjs': source });
  const program = master(folder, { exec: 'worker.mjs', minReadyTime: 100, ...options, worker });
  const pids = (await program.events('available', worker)).map(pidOf);
  return { folder, program, pids, port: portOf(await program.event('listening')) };
};

const types = (program: Program, ...wanted: readonly string[]) =>
  program.told.map(({ type }) => type).filter((type) => wanted.includes(type));

test('SIGTERM to both of two workers: each serves until its replacement is available, and no request is refused', async () => {
  const { program, pids, port } = await underWay(slowToListen, { worker: 2 });
  const over = new AbortController();
  const visits = [true, false, false].map((keepAlive) => client(port, keepAlive, over.signal));
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  await program.events('restart-end', 2);
  over.abort();
  const seen = await Promise.all(visits);
  expect(seen.flatMap(({ failed }) => failed)).toEqual([]);
  const results = program.past('restart-end').flatMap(({ result }) => (result === undefined ? [] : [result]));
  expect(results).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }]);
  expect(sorted(results.flatMap(({ replaced }) => replaced))).toEqual([1, 2]);
  expect(types(program, 'replace-request', 'replace-end', 'retire', 'leaving', 'backoff')).toEqual([
    'replace-request',
    'replace-request',
    'replace-end',
    'retire',
    'replace-end',
    'retire',
  ]);
  // It has not been early: it has been asked.
  for (const exit of program.past('exit')) expect(exit).toMatchObject({ requested: true, code: 0, signal: null });
});

test('SIGTERM to a worker without surge: it makes way for its replacement', async () => {
  const { program, pids } = await underWay(workers.http, { maxSurge: 0 });
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  await program.event('restart-end');
  expect(types(program, 'fork', 'exit', 'retire', 'backoff', 'replace-end')).toEqual([
    'fork',
    'retire',
    'exit',
    'fork',
    'replace-end',
  ]);
});

test('SIGTERM to a worker whose replacement fails: it stays; the second one has it leave, and it is respawned', async () => {
  const { folder, program, pids, port } = await underWay(workers.http, { minUptime: 0 });
  // A second SIGTERM counts 500 ms after the first: the replacement fails later than that.
  write(folder, { 'worker.mjs': 'setTimeout(() => process.exit(7), 500);' });
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  expect(await program.event('restart-abort')).toMatchObject({ result: { kept: [1] } });
  expect(await get(port)).toBe(String(pids[0]));
  write(folder, { 'worker.mjs': workers.http });
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  expect(await program.event('leaving')).toMatchObject({ why: 'SIGTERM', worker: { pid: pids[0] } });
  expect(await program.event(({ type, worker }) => type === 'exit' && worker?.pid === pids[0])).toMatchObject({
    code: 0,
    reason: 'left',
  });
  await program.event(({ type, worker }) => type === 'ready' && worker?.generation === 3);
  expect(program.past('replace-request')).toHaveLength(1);
});

test.each(['temporary', 'transient'])(
  'SIGTERM to a %s worker: it leaves at once, and is not replaced',
  async (respawn) => {
    const { program, pids } = await underWay(workers.http, { worker: 2, respawn });
    process.kill(pids[0] ?? 0, 'SIGTERM');
    await program.event('vacant');
    expect(await program.event('exit')).toMatchObject({ code: 0, reason: 'left', worker: { pid: pids[0] } });
    expect(types(program, 'restart', 'fork', 'leaving', 'exit', 'vacant')).toEqual([
      'fork',
      'fork',
      'leaving',
      'exit',
      'vacant',
    ]);
  },
);

/** Listens at once while the file `wait` is not there, and otherwise as soon as `go` is. */
const listensOnGo = `
  import { existsSync, watch } from 'node:fs';
  import { createServer } from 'node:http';
  const server = createServer((request, response) => response.end(String(process.pid)));
  const listen = () => {
    if (server.listening || (existsSync('wait') && !existsSync('go'))) return;
    watcher.close();
    server.listen(0, '127.0.0.1');
  };
  const watcher = watch('.', listen);
  listen();
`;

test('SIGTERM to a worker that a restart replaces anyway: it is replaced once', async () => {
  const { folder, program, pids } = await underWay(listensOnGo, { worker: 2 });
  write(folder, { wait: '' });
  const all = program.call('restart');
  await program.event('restart-begin');
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  // Before any of them is replaced.
  await program.events('replace-request', 2);
  write(folder, { go: '' });
  expect((await all).result).toMatchObject({ outcome: 'done', replaced: [1, 2] });
  expect((await program.call('restart', { slot: 1 })).result).toMatchObject({ outcome: 'done', replaced: [1] });
  expect(program.past('fork')).toHaveLength(5);
  const signalled = program.past(
    ({ type, requests }) => type === 'restart-begin' && requests?.[0]?.startsWith('SIGTERM') === true,
  );
  expect(signalled.map(({ slots }) => slots)).toEqual([[], []]);
});

test('SIGTERM to a worker during a shutdown forks no worker', async () => {
  const { program, pids } = await underWay(workers.slow, { worker: 1 });
  const answer = get(portOf(await program.event('listening')));
  await program.event('message');
  program.signal('SIGTERM');
  await program.event('retire');
  for (const pid of pids) process.kill(pid, 'SIGTERM');
  program.signal('SIGQUIT');
  await answer.catch(() => {});
  await program.ended();
  expect(types(program, 'fork', 'replace-request', 'restart')).toEqual(['fork']);
});
