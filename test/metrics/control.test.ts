import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, socketIn } from '../control/harness.js';
import { imports, program, workers, write } from '../process/harness.js';
import { readOpenMetrics, valueOf } from './openMetrics.js';
import { folderWith } from './scraping.js';

/** A socket appears, and listens, without an event. */
const listens = async (folder: string, pid: number): Promise<string> => {
  const path = await socketIn(folder, pid);
  // oxlint-disable-next-line no-await-in-loop
  while (!(await accepts(path))) await new Promise((resolve) => setTimeout(resolve, 5));
  return path;
};

const accepts = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** A master with its control socket, and how one asks it. */
const start = async (options: object) => {
  const folder = folderWith({ 'worker.mjs': workers.http });
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  write(folder, { 'master.mjs': `${imports} run(${JSON.stringify({ exec: 'worker.mjs', worker: 1, ...options })});` });
  const app = program(folder, process.execPath, ['master.mjs'], { env: { PROTEUS_RUNTIME_DIR: runtime } });
  await app.event('started');
  const socket = await listens(runtime, app.pid);
  const get = (path: string, verb = 'GET') =>
    ask(socket, { path, verb, headers: { accept: 'application/openmetrics-text' } });
  return { app, get };
};

test('metrics and probes are on the control socket, and workers are sampled from the first scrape on', async () => {
  const { app, get } = await start({});
  expect((await get('/readyz')).text).toBe('ok\n+ worker: 1 of 1 slots has a ready worker, 1 needed\n');
  expect((await get('/livez')).status).toBe(200);
  expect((await get('/startupz')).status).toBe(200);
  expect(app.past('stats')).toEqual([]);
  const { headers, text } = await get('/metrics');
  expect(headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  const before = readOpenMetrics(text);
  expect(valueOf(before, 'proteus_cluster_up', { slot: '1' })).toBe(1);
  expect(valueOf(before, 'proteus_cluster_forks_total', { why: 'start' })).toBe(1);
  expect(valueOf(before, 'process_memory_usage_bytes')).toBeUndefined();
  await app.event('stats');
  expect(valueOf(readOpenMetrics((await get('/metrics')).text), 'process_memory_usage_bytes')).toBeGreaterThan(0);
  expect((await get('/metrics', 'POST')).status).toBe(405);
  const head = await get('/metrics', 'HEAD');
  expect([head.status, head.text]).toEqual([200, '']);
});

test('with `metrics: false` there are none', async () => {
  const { get } = await start({ metrics: false });
  expect(await get('/metrics')).toMatchObject({ status: 404, text: 'no cluster of this process has metrics\n' });
  expect((await get('/livez')).status).toBe(200);
});
