import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Program, type Told, write } from './harness.js';

/** Answers with its name and its pid; stops listening, or listens again, on a message. */
const worker = `
  import { createServer } from 'node:http';
  const name = process.env.NAME ?? 'web';
  const server = createServer((request, response) => response.end(name + ' ' + process.pid));
  const listen = () => server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
  process.on('message', (message) => {
    if (message === 'ping') process.send({ cmd: 'pong' });
    if (message === 'close') server.close();
    if (message === 'listen') listen();
  });
  listen();
`;

/** Reports when node:cluster sends a connection to a worker, and which sockets the master has. */
const looking = `
  import cluster from 'node:cluster';
  import { readdirSync, readlinkSync } from 'node:fs';
  cluster.on('fork', (worker) => {
    const { send } = worker.process;
    worker.process.send = function (...args) {
      if (args[0].act === 'newconn') tell({ type: 'sent', worker: { id: worker.id, pid: worker.process.pid } });
      return send.apply(worker.process, args);
    };
  });
  const link = (fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } };
  can.sockets = () => readdirSync('/proc/self/fd').map(link).filter((name) => name.startsWith('socket')).length;
`;

const one = { worker: 1, exec: 'worker.mjs', backoff: { initial: 1 } };

const start = async (config: object, script = looking) => {
  const program = master(
    fresh({ 'worker.mjs': worker }),
    `${script} run(${JSON.stringify({ ...one, control: false, ...config })});`,
  );
  await program.event('started');
  return { program, port: portOf(await program.event('listening')), pids: program.past('listening').map(pidOf) };
};

const sentTo =
  (pid: number) =>
  ({ type, worker }: Told): boolean =>
    type === 'sent' && worker?.pid === pid;

/** Connects until each of these stopped workers has a connection that it cannot read. The answers to come, theirs and others'. */
const strand = async (program: Program, port: number, pids: readonly number[]) => {
  const asked: Promise<string>[] = [];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  for (const pid of pids) {
    while (program.past(sentTo(pid)).length === 0) {
      const sent = program.past('sent').length;
      asked.push(get(port));
      // oxlint-disable-next-line no-await-in-loop
      await program.events('sent', sent + 1);
    }
  }
  return asked;
};

/** All that these workers had sent before has been read: what they have taken the master has let go. */
const settle = async (program: Program, workers: number) => {
  const before = program.told.length;
  await program.call('send', 'ping');
  await program.events(({ message }) => JSON.stringify(message) === '{"cmd":"pong"}', workers, before);
};

/** The sockets of the master, with so many workers and no connection on its way. */
const socketsOf = async (program: Program, workers: number) => {
  await settle(program, workers);
  return (await program.call('sockets')).result;
};

const kill = (...pids: readonly number[]) => pids.forEach((pid) => process.kill(pid, 'SIGKILL'));

test('a connection on its way to a worker that is killed is answered by another one, and leaves no descriptor', async () => {
  const { program, port, pids } = await start({ worker: 2 });
  const [victim = 0] = pids;
  const sockets = await socketsOf(program, 2);
  const answers = await strand(program, port, [victim]);
  kill(victim);
  expect(await Promise.all(answers)).not.toContain(`web ${victim}`);
  await program.events('listening', 3);
  expect(await socketsOf(program, 2)).toBe(sockets);
});

test('if all listening workers are killed at once, their connections wait for the next one', async () => {
  const { program, port, pids } = await start({ worker: 2 });
  const sockets = await socketsOf(program, 2);
  const answers = await strand(program, port, pids);
  kill(...pids);
  await program.events('listening', 4);
  const successors = program
    .past('listening')
    .slice(2)
    .map((told) => `web ${pidOf(told)}`);
  for (const answer of await Promise.all(answers)) expect(successors).toContain(answer);
  expect(await socketsOf(program, 2)).toBe(sockets);
});

test('the connection of the only worker waits for its successor, and is given to no other cluster', async () => {
  const folder = fresh({ 'worker.mjs': worker, 'jobs.mjs': worker });
  const jobs = { ...one, exec: 'jobs.mjs', name: 'jobs', env: { NAME: 'jobs' } };
  const program = master(
    folder,
    `${looking} run(${JSON.stringify({ ...one, name: 'web' })}); can.jobs = () => { run(${JSON.stringify(jobs)}); };`,
  );
  await program.event('started');
  const first = await program.event('listening');
  // The successor listens on a message, after one of the other cluster.
  write(folder, { 'worker.mjs': worker.replace(/listen\(\);\s*$/, '') });
  const answers = await strand(program, portOf(first), [pidOf(first)]);
  kill(pidOf(first));
  await program.events('online', 2);
  await program.call('jobs');
  await program.events('listening', 2);
  await program.call('send', 'listen', { cluster: 'web' });
  const successor = (await program.events('listening', 3))[2]?.worker;
  expect(successor?.cluster).toBe('web');
  expect(await Promise.all(answers)).toEqual([`web ${successor?.pid}`]);
});

test('it is delivered again if a second worker is killed before it takes it', async () => {
  const { program, port, pids } = await start({ worker: 2 });
  const [first = 0, second = 0] = pids;
  const answers = await strand(program, port, [first, second]);
  kill(first);
  await program.event('exit');
  kill(second);
  for (const answer of await Promise.all(answers)) expect(answer).not.toMatch(new RegExp(`${first}|${second}`));
});

test('a client that has disconnected meanwhile leaves no descriptor, and no other is affected', async () => {
  const { program, port, pids } = await start({});
  const sockets = await socketsOf(program, 1);
  process.kill(pids[0] ?? 0, 'SIGSTOP');
  const client = connect(port, '127.0.0.1');
  await program.event('sent');
  client.resetAndDestroy();
  await once(client, 'close');
  kill(...pids);
  const second = pidOf((await program.events('listening', 2))[1] ?? { type: 'none' });
  expect(await socketsOf(program, 1)).toBe(sockets);
  expect(program.past('exit').map(pidOf)).toEqual(pids);
  expect(program.past('listening').map(pidOf)).toEqual([...pids, second]);
});

test('in a shutdown of all workers the connection is closed, and the master ends', async () => {
  const { program, port, pids } = await start({});
  const [answer] = await strand(program, port, pids);
  program.signal('SIGTERM');
  await program.event('retire');
  kill(...pids);
  await expect(answer).rejects.toThrow(/socket hang up|ECONNRESET/);
  expect(await program.ended()).toEqual({ code: 0, signal: null });
});

test('a cluster that ends closes its waiting connections, and another one is not affected', async () => {
  const jobs = { ...one, name: 'jobs', env: { NAME: 'jobs' } };
  const { program, port, pids } = await start(
    { name: 'web' },
    `${looking} can.jobs = () => { run(${JSON.stringify(jobs)}); };`,
  );
  await program.call('jobs');
  await program.events('started', 2);
  const [answer] = await strand(program, port, pids);
  const ended = program.call('shutdown', { cluster: 'web' });
  await program.event('retire');
  kill(...pids);
  await expect(answer).rejects.toThrow(/socket hang up|ECONNRESET/);
  await ended;
  expect(program.past('end')).toMatchObject([{ cluster: 'web' }]);
});

test('a connection that the last worker refuses because it has just stopped listening waits until one listens', async () => {
  const { program, port, pids } = await start({});
  const [pid = 0] = pids;
  process.kill(pid, 'SIGSTOP');
  await program.call('send', 'close');
  const answer = get(port);
  await program.event('sent');
  process.kill(pid, 'SIGCONT');
  await program.call('send', 'listen');
  expect(await answer).toBe(`web ${pid}`);
});

test('a connection that one of two workers refuses because it has stopped listening is given to the other', async () => {
  const { program, port, pids } = await start({ worker: 2 });
  const [pid = 0, other = 0] = pids;
  process.kill(pid, 'SIGSTOP');
  await program.call('send', 'close');
  // The other one has stopped listening too, and listens again on a message.
  await program.call('send', 'listen', { id: program.past('listening')[1]?.worker?.id });
  await program.events('listening', 3);
  const answers = await strand(program, port, [pid]);
  process.kill(pid, 'SIGCONT');
  for (const answer of await Promise.all(answers)) expect(answer).toBe(`web ${other}`);
});

test('under load no client hangs when workers are killed, and no descriptor stays', async () => {
  const { program, port } = await start({ worker: 3 });
  const sockets = await socketsOf(program, 3);
  const over = new AbortController();
  const failures: string[] = [];
  const visit = async () => {
    while (!over.signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop
      await get(port).catch((error: Error) => failures.push(error.message));
    }
  };
  const visits = Array.from({ length: 8 }, visit);
  for (let killed = 0; killed < 4; killed += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const listening = await program.events('listening', 3 + killed);
    kill(pidOf(listening[killed] ?? { type: 'none' }));
  }
  await program.events('listening', 7);
  over.abort();
  await Promise.all(visits);
  // Those were inside a worker that was killed.
  for (const failure of failures) expect(failure).toMatch(/socket hang up|ECONNRESET/);
  expect(await socketsOf(program, 3)).toBe(sockets);
  expect(program.past('error')).toEqual([]);
});

test('where node:cluster does not work as expected it is left alone, which is said once, and all is served', async () => {
  const { program, port } = await start(
    { worker: 2 },
    `import cluster from 'node:cluster';
     // As if the primary wrote to the channel by another way.
     cluster.on('fork', ({ process }) => { process.send = (message, handle) => process._send(message, typeof handle === 'function' ? undefined : handle, {}); });`,
  );
  for (let time = 0; time < 4; time += 1) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await get(port)).toMatch(/^web /);
  }
  expect(program.past('error')).toHaveLength(1);
  expect(program.past('error')[0]?.error?.message).toMatch(/^connections of a dying worker cannot be delivered/);
  expect((await program.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect(program.past('error')).toHaveLength(1);
});

test('where the system distributes connections there is nothing to save, and nothing is said', async () => {
  const { program, port, pids } = await start({ schedulingPolicy: 'none' });
  expect(await get(port)).toBe(`web ${pids[0]}`);
  kill(...pids);
  await program.events('listening', 2);
  expect(program.past(({ type }) => type === 'sent' || type === 'error')).toEqual([]);
});
