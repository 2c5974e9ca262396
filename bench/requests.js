import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { worker } from './masters.js';
import { atMost, row } from './pairs.js';
import { preload, prepared } from './preload.js';

const warmUp = 3_000;
/** How many requests one measurement takes. */
const counts = { kept: 4_000, closed: 1_000 };
/** The number of measurements, in turn with those of the other workers. The lowest is taken, because disturbances only add. */
const turns = 8;

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

const usedBy = async (forked) => {
  forked.send('cpu');
  const [{ used }] = await once(forked, 'message');
  return used;
};

const begin = async ({ execArgv = [], sampled = false }) => {
  const port = await freePort();
  cluster.setupPrimary({ exec: worker('requests'), args: [], execArgv });
  const forked = cluster.fork({ ...prepared, PORT: port });
  await once(forked, 'listening');
  if (sampled) forked.process.send({ cmd: 'NODE_PROTEUS_CLUSTER', sample: true });
  return { port, forked, costs: { kept: Infinity, closed: Infinity } };
};

const end = async ({ forked }) => {
  forked.process.kill('SIGKILL');
  await once(forked, 'exit');
};

/* oxlint-disable no-await-in-loop -- One after the other: each is measured alone. */

/** Starts new workers of all sides, and measures what a request costs each on kept connections and on new ones: CPU time in µs. */
const sample = async (client, sides) => {
  const workers = {};
  for (const [side, how] of Object.entries(sides)) workers[side] = await begin(how);
  const asked = async (how, count, port) => {
    client.send({ port, count, how });
    await once(client, 'message');
  };
  for (const how of Object.keys(counts)) {
    for (const { port } of Object.values(workers)) await asked(how, warmUp, port);
    for (let turn = 0; turn < turns; turn += 1) {
      for (const { port, forked, costs } of Object.values(workers)) {
        await usedBy(forked);
        await asked(how, counts[how], port);
        costs[how] = Math.min(costs[how], (await usedBy(forked)) / counts[how]);
      }
    }
  }
  for (const side of Object.values(workers)) await end(side);
  return Object.fromEntries(Object.entries(workers).map(([side, { costs }]) => [side, costs]));
};

/** What a request costs a worker of each side, so many times. */
export const costs = async (pairs, sides) => {
  const client = fork(join(import.meta.dirname, 'requester.js'));
  const samples = [];
  for (let round = 0; round < pairs; round += 1) samples.push(await sample(client, sides));
  client.disconnect();
  return samples;
};

/** What an HTTP request costs a worker with the preload, and without. */
export const measure = async (pairs) => {
  const samples = await costs(pairs, { minimal: {}, proteus: { execArgv: ['--require', preload] }, again: {} });
  const how = { digits: 1, unit: ' µs', goal: atMost(1.02) };
  return [
    row('CPU time of a worker for a request with the preload, keep-alive', samples, ({ kept }) => kept, how),
    row('CPU time of a worker for a request with the preload, Connection: close', samples, ({ closed }) => closed, how),
  ];
};
