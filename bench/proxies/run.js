// Rolling restarts behind nginx and HAProxy under load: node bench/proxies/run.js [--rolls 20] [--only recommended] [nginx | haproxy]
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { delayed } from '../peers/delay.js';
import { install } from './install.js';
import { load } from './load.js';
import { freePort, names, start } from './proxies.js';
import { rolling } from './rolling.js';

/** Between the proxy and the workers, each way, in ms: while a connection is being closed, a request may be on its way. */
const delay = 20;

const busy = Array.from({ length: 16 }, () => () => Math.random() * 40);
const slow = Array.from({ length: 8 }, () => () => Math.random() * 3_000);
/**
 * They all ask at about the same time, so that each connection to a worker has been idle for about two seconds when it is used again: Node closes it a second after
 * `keepAliveTimeout`.
 */
const inStep = Array.from({ length: 48 }, () => () => 2_100 - (performance.now() % 2_100) + Math.random() * 100);

/** What is compared. Only the first must not fail a request. */
const cases = {
  recommended: { what: 'keepAliveTimeout above the idle time of the proxy', keepAlive: 3_000, idle: 2 },
  below: {
    what: 'keepAliveTimeout below it, no roll',
    keepAlive: 1_000,
    idle: 60,
    clients: inStep,
    rolls: 0,
  },
  // A worker that disconnects as in node:cluster alone keeps its busy connections until it is killed.
  preload: {
    what: 'preload: false, disconnectTimeout 3 s',
    keepAlive: 3_000,
    idle: 2,
    rolls: 5,
    config: { preload: false, disconnectTimeout: 3_000 },
  },
};

const { values, positionals } = parseArgs({
  options: { rolls: { type: 'string', default: '20' }, only: { type: 'string' } },
  allowPositionals: true,
});
const rolls = Number(values.rolls);
const chosen = positionals.length === 0 ? names : positionals;
if (
  !chosen.every((name) => names.includes(name)) ||
  !(rolls >= 1) ||
  !(values.only === undefined || values.only in cases)
) {
  throw new Error(
    `proxies: expected some of ${names.join(', ')}, --rolls 1 or more, and --only one of ${Object.keys(cases).join(', ')}`,
  );
}

const measure = async (name, { keepAlive, idle, clients = [...busy, ...slow], config = {}, rolls: own = rolls }) => {
  const upstream = await freePort();
  const env = { PORT: upstream, KEEP_ALIVE: keepAlive, WORK: 30 };
  const master = rolling({ exec: join(import.meta.dirname, 'worker.js'), env, config: { worker: 2, ...config } });
  await master.hear('started');
  const way = await delayed(upstream, delay);
  const proxy = await start(name, { upstream: way.port, idle });
  const end = load({ port: proxy.port, clients });
  for (let roll = 0; roll < own; roll += 1) await master.roll();
  if (own === 0) await wait(30_000);
  const result = await end();
  await proxy.end();
  way.end();
  await master.end();
  return { ...result, rolls: own };
};

const cell = ({ failed, requests }) => `${failed} of ${requests}`;
const list = (kinds) => Object.entries(kinds).map(([kind, count]) => `${kind} (${count})`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
install(chosen);
console.log('| proxy | setting | rolls | GET: failed of | POST: failed of | how |');
console.log('|---|---|---|---|---|---|');
for (const name of chosen) {
  for (const [key, how] of Object.entries(cases)) {
    if (values.only !== undefined && values.only !== key) continue;
    const { counts, kinds, rolls: done } = await measure(name, how);
    const cells = [name, how.what, done, cell(counts.GET), cell(counts.POST), list(kinds).join(', ')];
    console.log(`| ${cells.join(' | ')} |`);
    if (key === 'recommended' && counts.GET.failed + counts.POST.failed > 0) process.exitCode = 1;
  }
}
console.log(`\nNode ${process.versions.node}; ${delay} ms each way between proxy and workers.`);
