// What each `schedulingPolicy` does to connections: how they spread over the workers, and what fails when workers are killed and replaced under load.
import { connect } from 'node:net';
import { join } from 'node:path';
import { put } from '../peers/load.js';
import { freePort } from '../proxies/proxies.js';
import { rolling } from '../proxies/rolling.js';
import { policies } from './policies.js';

const workers = 4;
const rounds = 5;
const kills = 8;
const rolls = 5;

const begin = async (policy) => {
  const port = await freePort();
  const config = { worker: workers, schedulingPolicy: policy, minUptime: 0, minReadyTime: 0, backoff: { initial: 0 } };
  const exec = join(import.meta.dirname, 'worker.js');
  const { hear, roll, end } = rolling({ exec, env: { PORT: port, WORK: 20 }, config });
  for (let available = 0; available < workers; available += 1) await hear('available');
  return { port, hear, roll, end };
};

/** The pid of the worker that has taken the connection; it stays open. */
const ask = (port) =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.on('error', reject);
    socket.once('data', (bytes) => resolve({ socket, pid: String(bytes).trimEnd().split('\n').at(-1) }));
  });

/** The least and the largest share of a worker of so many connections that come at the same time, over all rounds. */
const balance = async ({ port }, connections) => {
  const shares = [];
  for (let round = 0; round < rounds; round += 1) {
    const open = await Promise.all(Array.from({ length: connections }, () => ask(port)));
    const counts = new Map();
    for (const { socket, pid } of open) {
      counts.set(pid, (counts.get(pid) ?? 0) + 1);
      socket.destroy();
    }
    shares.push(...counts.values(), ...Array.from({ length: workers - counts.size }, () => 0));
  }
  const percent = (count) => Math.round((100 * count) / connections);
  return `${percent(Math.min(...shares))}–${percent(Math.max(...shares))} %`;
};

const underLoad = async ({ port }, keepAlive, act) => {
  const load = put({ port, keepAlive });
  await act();
  const { requests, failed, kinds } = await load.end();
  const how = Object.entries(kinds).map(([kind, count]) => `${kind} ${count}`);
  return `${failed} of ${requests}${how.length === 0 ? '' : ` (${how.join(', ')})`}`;
};

/** Kills one worker after the other, as soon as the one before has been replaced: the one that has taken a connection. */
const killSome =
  ({ port, hear }) =>
  async () => {
    for (let count = 0; count < kills; count += 1) {
      const { socket, pid } = await ask(port);
      socket.on('error', () => {}).destroy();
      process.kill(Number(pid), 'SIGKILL');
      for (;;) if ((await hear('exit')).worker.pid === Number(pid)) break;
      await hear('available');
    }
  };

const rollSome =
  ({ roll }) =>
  async () => {
    for (let count = 0; count < rolls; count += 1) await roll();
  };

const measures = {
  'share of a worker, 50 connections': (cluster) => balance(cluster, 50),
  'share of a worker, 500 connections': (cluster) => balance(cluster, 500),
  [`failed, ${kills} workers killed, keep-alive`]: (cluster) => underLoad(cluster, true, killSome(cluster)),
  [`failed, ${kills} workers killed, a connection for each`]: (cluster) => underLoad(cluster, false, killSome(cluster)),
  [`failed, ${rolls} rolls, keep-alive`]: (cluster) => underLoad(cluster, true, rollSome(cluster)),
  [`failed, ${rolls} rolls, a connection for each`]: (cluster) => underLoad(cluster, false, rollSome(cluster)),
};

const table = new Map(Object.keys(measures).map((name) => [name, []]));
for (const policy of policies) {
  const cluster = await begin(policy);
  for (const [name, measure] of Object.entries(measures)) table.get(name).push(await measure(cluster));
  await cluster.end();
}
console.log(`| | ${policies.join(' | ')} |`);
console.log(`|---${'|---'.repeat(policies.length)}|`);
for (const [name, cells] of table) console.log(`| ${name} | ${cells.join(' | ')} |`);
console.log(`\nNode ${process.versions.node}, ${workers} workers.`);
