import { expect, test } from 'vitest';
import { client } from './clients.js';
import { fresh, get, master, portOf, sorted, workers, write } from './harness.js';

/** Opens a port that says it is alive, and the one of its service half a second later, as who connects to a database first does. */
const slowToServe = `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end('alive')).listen(0, '127.0.0.1');
  setTimeout(() => {
    createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');
  }, 500);
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

test('a release that drops a port is ready without it after readyTimeout, and it is told what is missing', async () => {
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

test.each([
  [{ slot: 0 }, 'ConfigError', 'restart().slot: expected a whole number from 1 to 10000, got 0'],
  [{ slot: '1' }, 'ConfigError', 'restart().slot: expected a whole number from 1 to 10000, got "1"'],
  [{ slots: 1 }, 'ConfigError', 'restart().slots: is not an option. Did you mean restart().slot?'],
  [{ slot: 3 }, 'NotRunningError', "restart(): expected a slot that there is, got 3; 'worker' has 1"],
  [{ slot: 1, cluster: 'web' }, 'NotRunningError', "restart(): expected a running cluster 'web', there is 'worker'"],
])('restart(%j) is refused', async (to, name, message) => {
  const program = master(fresh({ 'worker.mjs': workers.http }), { worker: 1, exec: 'worker.mjs' });
  await program.event('started');
  expect((await program.call('restart', to)).error).toMatchObject({ name, message });
  expect(program.past('restart')).toEqual([]);
});
