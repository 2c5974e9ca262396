// What membership in a fleet costs a host, and how long a restart of ten hosts takes beside what its plan implies. Needs nats-server. `node bench/fleet/run.js [rounds]`
import { fork, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fleetRestart, members$, natsStore, stepsOf } from 'proteus-cluster/fleet';
import { filter, first, firstValueFrom, lastValueFrom, switchMap, tap, toArray } from 'rxjs';

const rounds = Number(process.argv[2] ?? 5);
const observed = 20_000;
const hostCount = 10;
const plan = { canary: 1, batch: 3, soak: 5_000 };

const folder = mkdtempSync(join(tmpdir(), 'proteus-bench-'));
const server = spawn('nats-server', ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', '-1'], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
const servers = await new Promise((resolve, reject) => {
  let output = '';
  server.once('error', () => reject(new Error('bench/fleet needs nats-server: apt-get install nats-server')));
  server.stderr.on('data', (chunk) => {
    output += chunk;
    const [, address] = /Listening for client connections on (\S+)/.exec(output) ?? [];
    if (output.includes('Server is ready')) resolve(address);
  });
});
const options = { servers, name: 'bench' };

const start = async (host) => {
  const args = host === undefined ? [] : [JSON.stringify({ ...options, host })];
  const child = fork(join(import.meta.dirname, 'host.js'), args);
  const took = [];
  child.on('message', (message) => message !== 'ready' && took.push(message.took));
  await once(child, 'message');
  const end = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { host, pid: child.pid, took, end };
};

/** The CPU time of the main thread of a process, in ms. */
const cpuOf = (pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
const shareOf = async ({ pid }) => {
  const [before, begun] = [cpuOf(pid), performance.now()];
  await setTimeout(observed);
  return ((cpuOf(pid) - before) / (performance.now() - begun)) * 100;
};
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const alone = await start(undefined);
const hosts = await Promise.all(
  Array.from({ length: hostCount }, (_, index) => start(`h${String(index).padStart(2, '0')}`)),
);
const joined$ = natsStore(options).pipe(
  switchMap((store) => members$(store)),
  filter(({ size }) => size === hostCount),
  first(),
);
await firstValueFrom(joined$);
await setTimeout(5_000);

const costs = [];
for (let round = 0; round < rounds; round += 1) {
  const [without, within] = [await shareOf(alone), await shareOf(hosts[0])];
  costs.push(within - without);
}
console.log(
  `membership of a host in a fleet of ${hostCount}: ${median(costs).toFixed(2)} % of a core (goal: ≤ 1 %), median of ${rounds} rounds`,
);

const ratios = [];
for (let round = 0; round < rounds; round += 1) {
  const begun = performance.now();
  let finished = 0;
  const restart = { id: randomUUID(), service: 'shop', by: 'bench', plan };
  const roll$ = natsStore(options).pipe(
    switchMap((store) =>
      store.reachable$.pipe(
        first(Boolean),
        switchMap(() => fleetRestart(store, members$(store), restart)),
        tap(({ phase }) => (finished = phase === 'done' ? performance.now() : finished)),
        toArray(),
      ),
    ),
    first(),
  );
  const records = await lastValueFrom(roll$);
  const tookOf = new Map(hosts.map(({ host, took }) => [host, took.at(-1)]));
  const steps = stepsOf(records[0]).map((names) => Math.max(...names.map((name) => tookOf.get(name))));
  const implied = steps.reduce((sum, ms) => sum + ms, plan.soak);
  ratios.push((finished - begun) / implied);
}
console.log(
  `a restart of ${hostCount} hosts takes ${median(ratios).toFixed(2)} × what its plan implies (goal: ≤ 1.2), median of ${rounds} rounds`,
);

await Promise.all([alone, ...hosts].map(({ end }) => end()));
server.kill();
await once(server, 'exit');
rmSync(folder, { recursive: true, force: true });
