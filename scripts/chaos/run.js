import { createServer } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { startCluster } from './cluster.js';
import { startLoad } from './load.js';
import { calmMs, plan } from './plan.js';
import { processesWith } from './processes.js';

/** How many workers there are when the master's memory is measured: each costs it memory and descriptors. */
const calmSize = 3;
/** How often it is measured then, and how long after the other, in ms. The median counts. */
const samples = { count: 5, ms: 200 };
/** How often the clients are asked for requests that hang, in ms. */
const lookMs = 2_000;
/** A request that takes longer than this hangs, in ms: a hung worker is found after 3 s, and replaced. */
const hungMs = 20_000;

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

/** A worker that is chosen by a share of their number. */
const chosen = (workers, pick) => workers[Math.floor(pick * workers.length)];

const signal = (worker, name) => {
  try {
    process.kill(worker.pid, name);
  } catch {
    // It has exited.
  }
};

const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`;

/** What each fault does. Returns what happened, in a few words. */
const does = {
  kill: ({ cluster }, { pick }) => {
    const worker = chosen(cluster.workers(), pick);
    if (worker === undefined) return 'no worker is available';
    signal(worker, 'SIGKILL');
    return `SIGKILL to worker ${worker.id} in slot ${worker.slot}`;
  },
  stop: ({ cluster }, { pick, ms }) => {
    const worker = chosen(cluster.workers(), pick);
    if (worker === undefined) return 'no worker is available';
    signal(worker, 'SIGSTOP');
    setTimeout(() => signal(worker, 'SIGCONT'), ms);
    return `SIGSTOP to worker ${worker.id} in slot ${worker.slot}, SIGCONT after ${ms} ms`;
  },
  freeze: ({ cluster }, { pick }) => {
    const worker = chosen(cluster.workers(), pick);
    if (worker === undefined) return 'no worker is available';
    signal(worker, 'SIGSTOP');
    return `SIGSTOP to worker ${worker.id} in slot ${worker.slot}, for good`;
  },
  restart: async ({ cluster }) => {
    const { outcome } = await cluster.call('restart');
    return `a restart: ${outcome}`;
  },
  scale: async ({ cluster }, { to }) => {
    await cluster.call('scale', { to });
    return `scaled to ${to}`;
  },
  'bad-release': async ({ cluster }) => {
    const { outcome } = await cluster.call('bad-release');
    return `a release that does not start: ${outcome}`;
  },
  hog: ({ load }) => {
    load.hog();
    return 'a worker allocates 300 MB';
  },
  clock: async ({ cluster }, { ms }) => {
    await cluster.call('clock', { ms });
    return `the clock is set by ${Math.round(ms / 1_000)} s`;
  },
};

/**
 * Runs the plan of a seed for `ms` against a real cluster under load. `tell` gets a line for each fault.
 * Returns all that was seen: the events, the faults, the requests, the samples of the master's memory, how the master ended, and who was left.
 */
export const run = async ({ seed, ms, tell }) => {
  const port = await freePort();
  const marker = `CHAOS_RUN=${process.pid}-${seed}`;
  const [name, value] = marker.split('=');
  const cluster = startCluster({ ...process.env, [name]: value, CHAOS_PORT: String(port) });
  await Promise.race([
    cluster.when(({ type }) => type === 'started'),
    cluster.exited.then(({ failure }) => Promise.reject(new Error(`the cluster did not start: ${failure}`))),
  ]);
  const load = startLoad(port, seed);
  const begun = Date.now();
  const happened = [];
  const memory = [];
  const hung = [];
  const elapsed = () => Date.now() - begun;

  const step = async ({ at, fault, ...parameters }) => {
    await wait(Math.max(0, at - elapsed()));
    const began = elapsed();
    const what = await does[fault]({ cluster, load }, parameters);
    happened.push({ at: began, fault, what });
    const took = elapsed() - began > 1_000 ? `, after ${seconds(elapsed() - began)}` : '';
    tell(`${seconds(elapsed()).padStart(9)}  ${what}${took}`);
  };
  const look = async () => {
    while (elapsed() < ms) {
      const { waiting } = await load.counted();
      hung.push(...waiting.filter((age) => age > hungMs));
      await wait(lookMs);
    }
  };
  const steps = plan(seed, ms).map((planned) => ({ at: planned.at, done: step(planned) }));
  /** At the end of a third: when everything that was begun has ended. */
  const measure = async (third) => {
    const until = (third * ms) / 3;
    await wait(until - calmMs - elapsed());
    await Promise.all(steps.filter(({ at }) => at < until).map(({ done }) => done));
    await cluster.call('scale', { to: calmSize });
    await cluster.settled(calmSize);
    const taken = [];
    for (let count = 0; count < samples.count; count += 1) {
      taken.push(await cluster.call('sample'));
      await wait(samples.ms);
    }
    const medianOf = (what) => taken.map((sample) => sample[what]).toSorted((one, other) => one - other)[2];
    memory.push({ rss: medianOf('rss'), heap: medianOf('heap'), descriptors: medianOf('descriptors') });
  };

  await Promise.all([...steps.map(({ done }) => done), look(), ...[1, 2, 3].map(measure)]);
  const { answered } = await load.counted();
  const { ended } = await load.end(hungMs);
  cluster.kill('SIGTERM');
  const end = await cluster.exited;
  return {
    seed,
    begun,
    ms,
    events: cluster.events,
    happened: happened.toSorted((one, other) => one.at - other.at),
    requests: { answered, failed: load.failed, hung: hung.length, unended: !ended },
    memory,
    end,
    orphans: processesWith(marker),
  };
};
