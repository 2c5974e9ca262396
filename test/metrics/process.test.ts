import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { get, pidOf, portOf, workers } from '../process/harness.js';
import { valueOf } from './openMetrics.js';
import { ask, folderWith, scrape, start, urlOf } from './scraping.js';

/** Answers with its pid, crashes on request, and counts its requests with prom-client. */
const counting = `
  import { createServer } from 'node:http';
  import client from 'prom-client';
  const requests = new client.Counter({ name: 'shop_requests_total', help: 'Requests.' });
  createServer((request, response) => {
    requests.inc();
    response.end(String(process.pid));
    if (request.url === '/log') console.log('a line');
    if (request.url === '/tell') process.send({ cmd: 'told' });
    if (request.url === '/crash') response.on('close', () => { throw new Error('no'); });
  }).listen(0, '127.0.0.1');`;

/** An event of the type about the slot, from now on, that is not of the worker. */
const samples = (slot: number) => (told: { readonly type: string; readonly worker?: { readonly slot: number } }) =>
  told.type === 'stats' && told.worker?.slot === slot;

test('a scrape has what the cluster, its workers and the application do, in both formats', async () => {
  const app = start(folderWith({ 'worker.mjs': counting }), { worker: 2, log: { level: 'silent' } });
  const url = urlOf(await app.event('metrics-listening'));
  const port = portOf(await app.event('listening'));
  await app.event('started');
  await Promise.all(['/', '/log', '/tell'].map((path) => get(port, path)));
  await app.event('message');
  const now = app.told.length;
  await Promise.all([1, 2].map((slot) => app.events(samples(slot), 2, now)));
  await Promise.all(
    [1, 2].map((slot) => app.event((told) => told.type === 'application' && told.worker?.slot === slot, now)),
  );
  const families = await scrape(url);
  const sumOf = (name: string) =>
    families
      .flatMap((family) => family.samples)
      .filter((sample) => sample.name === name)
      .reduce((sum, { value }) => sum + value, 0);
  expect(valueOf(families, 'proteus_cluster_size', { cluster: 'worker' })).toBe(2);
  expect(valueOf(families, 'proteus_cluster_workers', { state: 'ready' })).toBe(2);
  expect(sumOf('proteus_cluster_up')).toBe(2);
  expect(sumOf('http_server_request_duration_seconds_count')).toBe(3);
  expect(sumOf('proteus_cluster_messages_total')).toBe(1);
  expect(sumOf('proteus_cluster_log_lines_total')).toBe(1);
  expect(valueOf(families, 'proteus_cluster_forks_total', { slot: '1', why: 'start' })).toBe(1);
  expect(valueOf(families, 'process_memory_usage_bytes', { slot: '1' })).toBeGreaterThan(2 ** 20);
  expect(valueOf(families, 'process_cpu_time_seconds_total', { slot: '2' })).toBeGreaterThan(0);
  expect(valueOf(families, 'proteus_cluster_worker_info', { slot: '1', generation: '1' })).toBe(1);
  expect(valueOf(families, 'shop_requests_total', { cluster: 'worker' })).toBe(3);
  const { headers, body } = await ask(`${url}/metrics`);
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(body).toContain('# TYPE process_cpu_time_seconds_total counter');
  expect((await ask(`${url}/metrics`, { accept: 'application/openmetrics-text' })).headers['content-type']).toBe(
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  );
});

test('a stopped worker is not up, and delays nothing', async () => {
  const app = start(folderWith({ 'worker.mjs': workers.http }), { worker: 2 });
  const url = urlOf(await app.event('metrics-listening'));
  await app.event('started');
  const pid = pidOf(await app.event((told) => told.type === 'fork' && told.worker?.slot === 2));
  process.kill(pid, 'SIGSTOP');
  onTestFinished(() => void process.kill(pid, 'SIGCONT'));
  await app.event((told) => samples(2)(told) && JSON.stringify(told).includes('"stopped"'), app.told.length);
  const before = performance.now();
  const families = await scrape(url);
  // Far below the time in which a worker could be waited for.
  expect(performance.now() - before).toBeLessThan(1_000);
  expect(valueOf(families, 'proteus_cluster_up', { slot: '1' })).toBe(1);
  expect(valueOf(families, 'proteus_cluster_up', { slot: '2' })).toBe(0);
  expect(valueOf(families, 'proteus_cluster_sample_age_seconds', { slot: '2' })).toBeGreaterThan(0);
});

test('counters go on when workers crash and are replaced', async () => {
  const app = start(folderWith({ 'worker.mjs': counting }), {
    backoff: { initial: 1 },
    minUptime: 0,
    disconnectTimeout: 1_000,
  });
  const url = urlOf(await app.event('metrics-listening'));
  const port = portOf(await app.event('listening'));
  await app.event('started');
  await get(port);
  await app.event('application', app.told.length);
  await app.events(samples(1), 2, app.told.length);
  const before = await scrape(url);
  await get(port, '/crash');
  const crashed = app.told.length;
  const again = portOf(await app.event('listening', crashed));
  await app.event('ready', crashed);
  await app.call('restart');
  await get(again);
  const restarted = app.told.length;
  await app.event('application', restarted);
  await app.events(samples(1), 2, restarted);
  const after = await scrape(url);
  expect(valueOf(after, 'proteus_cluster_crashes_total', { cause: 'error' })).toBe(1);
  expect(valueOf(after, 'proteus_cluster_forks_total', { why: 'respawn' })).toBe(1);
  expect(valueOf(after, 'proteus_cluster_rolls_total', { outcome: 'done' })).toBe(1);
  expect(valueOf(after, 'proteus_cluster_drain_duration_seconds_count')).toBe(1);
  expect(valueOf(before, 'shop_requests_total')).toBe(1);
  expect(valueOf(after, 'shop_requests_total')).toBeGreaterThanOrEqual(2);
  expect(valueOf(after, 'http_server_request_duration_seconds_count')).toBeGreaterThanOrEqual(2);
  expect(valueOf(after, 'process_cpu_time_seconds_total')).toBeGreaterThan(
    valueOf(before, 'process_cpu_time_seconds_total') ?? NaN,
  );
  expect(after.find(({ name }) => name === 'proteus_cluster_worker')?.samples).toHaveLength(1);
});

test('probes: not ready, not started, then ready, and not ready in the shutdown; the master lives all the time', async () => {
  const worker = `
    import { createServer } from 'node:http';
    createServer((request, response) => response.end()).listen(0, '127.0.0.1');
    process.on('message', () => process.send('ready'));
    const held = setInterval(() => {}, 1_000);
    process.on('SIGUSR2', () => clearInterval(held));`;
  const options = { worker: 4, ready: 'message', probes: { port: 0, ready: '50%' }, metrics: false, health: false };
  const app = start(folderWith({ 'worker.mjs': worker }), options);
  const url = urlOf(await app.event('metrics-listening'));
  expect(app.past('metrics-listening')).toEqual([expect.objectContaining({ serves: ['probes'] })]);
  const statuses = async () => {
    const answers = await Promise.all(['livez', 'readyz', 'startupz', 'metrics'].map((path) => ask(`${url}/${path}`)));
    return answers.map(({ status }) => status);
  };
  await app.events('online', 4);
  expect(await statuses()).toEqual([200, 503, 503, 404]);
  expect((await ask(`${url}/readyz`)).body).toBe('not ok\n- worker: 0 of 4 slots have a ready worker, 2 needed\n');
  await app.call('send', 'go', { slot: 1 });
  await app.event('ready');
  expect(await statuses()).toEqual([200, 503, 503, 404]);
  await app.call('send', 'go', { slot: 2 });
  await app.events('ready', 2);
  expect(await statuses()).toEqual([200, 200, 200, 404]);
  process.kill(pidOf(await app.event('ready')), 'SIGSTOP');
  expect((await ask(`${url}/livez`)).status).toBe(200);
  void app.call('shutdown').catch(() => {});
  await app.event('shutdown');
  expect(await statuses()).toEqual([200, 503, 200, 404]);
  expect((await ask(`${url}/readyz`)).body).toBe('not ok\n- worker: shuts down\n');
  await app.call('forceShutdown');
  await app.event('completed');
});

test('with `ready` above the number of slots all of them are needed', async () => {
  const app = start(folderWith({ 'worker.mjs': workers.http }), { probes: { ready: 9 } });
  const url = urlOf(await app.event('metrics-listening'));
  await app.event('started');
  expect((await ask(`${url}/readyz`)).body).toBe('ok\n+ worker: 1 of 1 slots has a ready worker, 1 needed\n');
});

test('only GET and HEAD, only on loopback, and only with a name of this machine', async () => {
  const app = start(folderWith({ 'worker.mjs': workers.http }), {});
  const url = urlOf(await app.event('metrics-listening'));
  expect(new URL(url).hostname).toBe('127.0.0.1');
  const { port } = new URL(url);
  const status = async (...[path, headers, method]: Parameters<typeof ask>) =>
    (await ask(url + path, headers, method)).status;
  expect(await status('/metrics', {}, 'POST')).toBe(405);
  expect(await status('/readyz', {}, 'DELETE')).toBe(405);
  expect(await status('/other')).toBe(404);
  expect(await status('/__proto__')).toBe(404);
  expect(await status('/metrics', { host: 'evil.example' })).toBe(403);
  expect(await status('/metrics', { host: `localhost.evil.example:${port}` })).toBe(403);
  for (const host of [`localhost:${port}`, '127.0.0.1', `[::1]:${port}`])
    // oxlint-disable-next-line no-await-in-loop
    expect(await status('/metrics?a=b', { host })).toBe(200);
  const head = await ask(`${url}/metrics`, {}, 'HEAD');
  expect([head.status, head.body, Number(head.headers['content-length']) > 1_000]).toEqual([200, '', true]);
  const { headers } = await ask(`${url}/metrics`, { origin: 'http://evil.example' });
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('clients that send half a request, nonsense or nothing hold up nobody', async () => {
  const app = start(folderWith({ 'worker.mjs': workers.http }), {});
  const url = urlOf(await app.event('metrics-listening'));
  const sends = (text: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text, () => resolve()));
      socket.on('error', () => {});
      onTestFinished(() => void socket.destroy());
    });
  await Promise.all(['GET /metr', 'nonsense\r\n\r\n', `GET /${'x'.repeat(100_000)}`, ''].map(sends));
  expect((await ask(`${url}/livez`)).status).toBe(200);
  expect(app.past('error')).toEqual([]);
});

test('a port that is taken is one error event, and the cluster runs', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = other.address() as AddressInfo;
  const app = start(folderWith({ 'worker.mjs': workers.http }), { metrics: { port } });
  const { error } = await app.event('error');
  expect(error).toMatchObject({
    message: `metrics and probes: cannot listen on 127.0.0.1:${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    cause: { code: 'EADDRINUSE' },
  });
  expect(await get(portOf(await app.event('listening')))).toMatch(/^\d+$/);
  await app.call('shutdown');
  await app.event('completed');
  expect(app.past('error')).toHaveLength(1);
});

test('a name that the application shares with the cluster is left out, with one warning', async () => {
  const worker = `${workers.http}
    import client from 'prom-client';
    new client.Gauge({ name: 'process_uptime_seconds', help: 'Mine.' }).set(1);
    new client.Gauge({ name: 'mine', help: 'Mine.' }).set(1);`;
  const app = start(folderWith({ 'worker.mjs': worker }), {});
  const url = urlOf(await app.event('metrics-listening'));
  await app.event('application', app.told.length);
  const families = await scrape(url);
  await scrape(url);
  expect(valueOf(families, 'mine')).toBe(1);
  const limited = await app.event('metrics-limited');
  expect(limited.why).toBe('process_uptime_seconds: the name process_uptime_seconds is taken by this library');
  await app.call('shutdown');
  await app.event('completed');
  expect(app.past('metrics-limited')).toHaveLength(1);
});
