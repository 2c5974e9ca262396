import { expect, test } from 'vitest';
import { client } from './clients.js';
import { fresh, get, master, portOf, workers, write } from './harness.js';

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
