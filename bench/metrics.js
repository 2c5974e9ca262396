import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { start, worker } from './masters.js';
import { interleave, median, ownAtMost, row } from './pairs.js';

const workers = 32;
/** How many scrapes one run takes, and how long a worker has been stopped before, in ms. */
const scrapes = 10;
const settled = 1_500;

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** How long a scrape takes, from the request to the end of the answer, in ms, and how long the answer is. */
const scrape = (port) =>
  new Promise((resolve, reject) => {
    const begun = performance.now();
    const headers = { accept: 'application/openmetrics-text; version=1.0.0' };
    get({ host: '127.0.0.1', port, path: '/metrics', headers, agent: false }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => (bytes += chunk.length));
      response.on('end', () => resolve({ ms: performance.now() - begun, bytes }));
    }).on('error', reject);
  });

/** The first worker of a master. */
const workerOf = (pid) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]);

/** A scrape of 32 workers with prom-client while one of them is stopped, beside one while all of them run. On Linux. */
export const measure = async (pairs) => {
  const port = await freePort();
  const config = { metrics: { port } };
  const master = await start('proteus', { exec: worker('metrics'), workers, config });
  // The part that serves is loaded when the cluster has started, and the first samples come after a second.
  await setTimeout(8_000);
  const stopped = workerOf(master.pid);
  const run = (signal) => async () => {
    process.kill(stopped, signal);
    await setTimeout(settled);
    const times = [];
    // One after the other, as Prometheus does it.
    // oxlint-disable-next-line no-await-in-loop
    for (let at = 0; at < scrapes; at += 1) times.push(await scrape(port));
    process.kill(stopped, 'SIGCONT');
    return {
      ms: median(times.map(({ ms }) => ms)),
      most: Math.max(...times.map(({ ms }) => ms)),
      kB: times[0].bytes / 1_000,
    };
  };
  const samples = await interleave('metrics', pairs, {
    minimal: run('SIGCONT'),
    proteus: run('SIGSTOP'),
    again: run('SIGCONT'),
  });
  await master.end();
  const figure = { digits: 1, unit: ' ms', goal: ownAtMost(50, ' ms') };
  return [
    row(`a scrape of ${workers} workers, one of them stopped`, samples, ({ ms }) => ms, figure),
    row(`the slowest of ${scrapes}`, samples, ({ most }) => most, figure),
    row('its length', samples, ({ kB }) => kB, { unit: ' kB' }),
  ];
};
