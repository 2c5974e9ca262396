import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Program, sorted, type Told } from './harness.js';

const canReusePort = process.platform === 'linux' && Number.parseInt(process.versions.node, 10) >= 22;

/** Listens where its environment says. */
const worker = `
  import { createServer } from 'node:http';
  const server = createServer((request, response) => response.end(String(process.pid)));
  server.maxConnections = Number(process.env.MOST ?? Infinity);
  server.listen(JSON.parse(process.env.WHERE));
  setInterval(() => process.send({ cmd: 'tick' }), 20);
`;

/** Tells when node:cluster sends a connection to a worker. */
const looking = `
  import cluster from 'node:cluster';
  cluster.on('fork', (worker) => {
    const { send } = worker.process;
    worker.process.send = function (...args) {
      if (args[0].act === 'newconn') tell({ type: 'sent', worker: { id: worker.id, pid: worker.process.pid } });
      return send.apply(worker.process, args);
    };
  });
  can.cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1_000; };
`;

const anywhere = { port: 0, host: '127.0.0.1' };
const two = { worker: 2, exec: 'worker.mjs', env: { WHERE: JSON.stringify(anywhere) } };

/** Two workers that listen on a port or path. */
const start = async (config: object, where: object = anywhere, env: object = {}) => {
  const all = { ...two, env: { ...env, WHERE: JSON.stringify(where) }, ...config };
  const program = master(fresh({ 'worker.mjs': worker }), `${looking} run(${JSON.stringify(all)});`);
  const listening = await program.events('listening', 2);
  return { program, places: listening.map(({ address }) => address), pids: sorted(listening.map(pidOf)) };
};

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('expected a port');
  return address.port;
};

/** How many sockets listen on a port. */
const listenersOf = (port: number): number => {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .filter((line) => new RegExp(`^ *\\d+: [0-9A-F]{8}:${hex} \\S+ 0A `).test(line)).length;
};

/** Asks until both workers have answered. */
const askBoth = async (port: number): Promise<readonly number[]> => {
  const answered = new Set<number>();
  // oxlint-disable-next-line no-await-in-loop
  while (answered.size < 2) answered.add(Number(await get(port)));
  return sorted([...answered]);
};

test.each([
  ['round-robin', 'none'],
  ['none', 'rr'],
])('%s is how connections come to the workers, whatever the environment says', async (policy, env) => {
  const folder = fresh({ 'worker.mjs': worker });
  const options = { ...two, worker: 1, schedulingPolicy: policy };
  const program = master(folder, `${looking} run(${JSON.stringify(options)});`, {
    env: { NODE_CLUSTER_SCHED_POLICY: env },
  });
  await get(portOf(await program.event('listening')));
  expect(program.past('sent')).toHaveLength(policy === 'none' ? 0 : 1);
});

const config = (name: string, schedulingPolicy?: string): string =>
  JSON.stringify({ ...two, worker: 1, name, schedulingPolicy });

test('a second cluster with another policy is refused, and the first one serves', async () => {
  const folder = fresh({ 'worker.mjs': worker });
  const program = master(
    folder,
    `run(${config('web', 'none')});
     run(${config('jobs', 'round-robin')});
     run(${config('mail')});
     run(${config('chat', 'none')});`,
  );
  await program.events('started', 3);
  expect(program.past('failed')).toMatchObject([
    {
      error: {
        name: 'ConfigError',
        option: 'schedulingPolicy',
        message:
          "schedulingPolicy: expected 'none', which node:cluster uses in this process since the first fork, got 'round-robin'. All clusters of a process have the same policy. Set it on the first one, or run this cluster in a process of its own",
      },
    },
  ]);
  expect(program.past('started').map(({ cluster }) => cluster)).toContain('web');
});

/** What holds where Node has `reusePort`, and what holds elsewhere. */
const [withReusePort, withoutReusePort] = canReusePort ? [['has'], []] : [[], ['has not']];

test.each(withReusePort)('where Node %s it, each worker has a socket of its own with reusePort', async () => {
  const port = await freePort();
  const { program, pids } = await start({ schedulingPolicy: 'reusePort' }, { port, host: '127.0.0.1' });
  expect(listenersOf(port)).toBe(2);
  expect(await askBoth(port)).toEqual(pids);
  expect(program.past('sent')).toEqual([]);
  program.signal('SIGTERM');
  await program.event('completed');
  expect(program.past(({ type }) => type === 'error' || type === 'kill')).toEqual([]);
  expect(listenersOf(port)).toBe(0);
});

test.each(
  withReusePort.flatMap(() => [
    ['port 0', { port: 0, host: '127.0.0.1' }],
    ['a path', { path: 'web.sock' }],
    ['a server whose options say otherwise', { port: 0, host: '127.0.0.1', reusePort: false }],
  ]),
)('with reusePort, %s is shared through the master', async (_, where) => {
  const { program, places } = await start({ schedulingPolicy: 'reusePort' }, where);
  expect(places[0]).toEqual(places[1]);
  expect(program.past('error')).toEqual([]);
});

test.each(withoutReusePort)('where Node %s it, reusePort is refused', async () => {
  const program = master(fresh({ 'worker.mjs': worker }), { ...two, schedulingPolicy: 'reusePort' });
  await program.ended();
  expect(program.output).toMatch(/ConfigError: schedulingPolicy: expected 'round-robin' or 'none', got 'reusePort'/);
});

/** A connection that asks nothing. */
const open = (port: number) =>
  connect({ port, host: '127.0.0.1' }).on('error', () => {
    // The master is killed at the end of the test.
  });

const isTick = ({ message }: Told): boolean => JSON.stringify(message) === '{"cmd":"tick"}';

/** The share of one core that the master uses, from one message of the workers until many more have come. */
const loadOf = async (program: Program): Promise<number> => {
  const before = { wall: performance.now(), cpu: Number((await program.call('cpu')).result) };
  await program.events(isTick, 50, program.told.length);
  const used = Number((await program.call('cpu')).result) - before.cpu;
  return used / (performance.now() - before.wall);
};

test('with all workers at maxConnections the master is idle, and who waits is served when there is room', async () => {
  const { program } = await start({}, anywhere, { MOST: '1' });
  const port = portOf(await program.event('listening'));
  const taken = [open(port), open(port)];
  const waiting = [get(port), get(port), get(port)];
  // Two were taken, and both workers have refused one more.
  await program.events('sent', 6);
  expect(await loadOf(program)).toBeLessThan(0.25);
  taken[0]?.destroy();
  await Promise.all(waiting);
  expect(program.past('error')).toEqual([]);
  taken[1]?.destroy();
});
