import { Agent, request } from 'node:http';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { client, type Seen } from '../../process/clients.js';
import {
  fresh,
  get,
  master,
  pidOf,
  portOf,
  type Program,
  type Start,
  type Told,
  workers,
} from '../../process/harness.js';

/** Two workers that have started. Their pids are in the order of their slots. */
const started = async (worker: string, config: object = {}, start: Start = {}) => {
  const settings = JSON.stringify({ worker: 2, exec: 'worker.mjs', ...config });
  const script = `Object.assign(can, { pause: proteus.pause, resume: proteus.resume }); run(${settings});`;
  const folder = fresh({ 'worker.mjs': worker });
  const running = master(folder, script, start);
  await running.event('started');
  const port = portOf(await running.event('listening'));
  const pids = running
    .past('fork')
    .toSorted((one, other) => (one.worker?.slot ?? 0) - (other.worker?.slot ?? 0))
    .map(pidOf);
  const [first = 0, second = 0] = pids;
  return { running, folder, port, first, second };
};

const resultOf = async (running: Program, call: 'pause' | 'resume', ...args: readonly unknown[]) =>
  (await running.call(call, ...args)).result;

/** Asks, each time on a new connection, until the process answers. */
const untilAnswered = async (port: number, pid: number): Promise<void> => {
  // oxlint-disable-next-line no-await-in-loop
  while ((await get(port)) !== String(pid));
};

const failuresOf = (seen: readonly Seen[]) => seen.flatMap(({ failed }) => failed);

test.each([
  ['under round robin', {}],
  ['with a shared socket', { NODE_CLUSTER_SCHED_POLICY: 'none' }],
])('%s a paused worker gets no connection until it is resumed, and no request fails', async (_, env) => {
  const { running, port, first, second } = await started(workers.http, {}, { env });
  const over = new AbortController();
  const clients = [true, false, true, false, true, false].map((keepAlive) => client(port, keepAlive, over.signal));
  await untilAnswered(port, first);

  for (const round of [1, 2, 3]) {
    // oxlint-disable-next-line no-await-in-loop
    const paused = await resultOf(running, 'pause', 1);
    expect(paused, `round ${round}`).toMatchObject({ outcome: 'paused', slot: 1, worker: { pid: first } });
    // oxlint-disable-next-line no-await-in-loop
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(port)));
    expect(new Set(answers)).toEqual(new Set([String(second)]));
    // oxlint-disable-next-line no-await-in-loop
    expect(await resultOf(running, 'resume', 1)).toMatchObject({ outcome: 'resumed', slot: 1, worker: { pid: first } });
    // oxlint-disable-next-line no-await-in-loop
    await untilAnswered(port, first);
  }

  over.abort();
  const seen = await Promise.all(clients);
  expect(failuresOf(seen)).toEqual([]);
  expect(seen.flatMap(({ answers }) => answers).length).toBeGreaterThan(20);
  expect(running.past('exit')).toEqual([]);
});

interface Answer {
  readonly pid: string;
  readonly connection: string | undefined;
  readonly socket: Socket;
}

/** One request on a connection of the agent, and its answer when there is one. */
const ask = (port: number, agent: Agent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent }, (response) => {
      const { socket, headers } = response;
      let pid = '';
      response
        .setEncoding('utf8')
        .on('data', (text: string) => (pid += text))
        .on('end', () => resolve({ pid, connection: headers.connection, socket }));
    })
      .on('error', reject)
      .end();
  });

test('what is in flight is answered, and its client is told that the connection ends', async () => {
  const { running, folder, port, first } = await started(workers.slow);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const asked = [ask(port, agent), ask(port, agent), ask(port, agent), ask(port, agent)];
  await running.events('message', asked.length);
  const held = running.past('message').filter((told) => pidOf(told) === first).length;
  expect(held).toBeGreaterThan(0);
  expect(await resultOf(running, 'pause', 1)).toMatchObject({ outcome: 'paused' });
  writeFileSync(join(folder, 'go'), '');
  const answers = await Promise.all(asked);
  const closes = answers.filter(({ connection }) => connection === 'close').map(({ pid }) => pid);
  expect(closes).toEqual(Array.from({ length: held }, () => String(first)));
});

/** Echoes what comes on a raw connection, with its pid first. Reports what its server emits, and what it says of itself when it is asked. */
const observed = `
  import { createServer } from 'node:net';
  const heard = [];
  const server = createServer((socket) => {
    socket.write(process.pid + '\\n');
    socket.pipe(socket);
  });
  for (const name of ['listening', 'close', 'error']) server.on(name, () => heard.push(name));
  server.listen(0, '127.0.0.1');
  process.on('message', () => {
    const { port } = server.address() ?? {};
    process.send({ heard, listening: server.listening, port });
  });`;

/** A raw connection to the process. */
const connectionTo = async (port: number, pid: number): Promise<Socket> => {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    // oxlint-disable-next-line no-await-in-loop
    const [greeting] = await once(socket, 'data');
    if (String(greeting) === `${pid}\n`) return socket;
    socket.destroy();
  }
};

test('the application notices nothing, and open connections and messages go on', async () => {
  const { running, port, first } = await started(observed);
  const socket = await connectionTo(port, first);
  const status = async (from: number) => {
    await running.call('send', 'status', { slot: 1 });
    return (await running.event('message', from)).message;
  };
  const sound = { heard: ['listening'], listening: true, port };
  expect(await resultOf(running, 'pause', 1)).toMatchObject({ outcome: 'paused' });
  expect(await status(running.told.length)).toEqual(sound);
  socket.write('hello');
  expect(String((await once(socket, 'data'))[0])).toBe('hello');
  expect(await resultOf(running, 'resume', 1)).toMatchObject({ outcome: 'resumed' });
  expect(await status(running.told.length)).toEqual(sound);
  socket.write('again');
  expect(String((await once(socket, 'data'))[0])).toBe('again');
  await connectionTo(port, first);
  // It listened all the time, so nobody hears of it again.
  expect(running.past('listening')).toHaveLength(2);
});

test('a connection that is idle ends after the grace, and the worker stays', async () => {
  const { running, port, first } = await started(
    `import { createServer } from 'node:http';
     createServer({ keepAliveTimeout: 60_000 }, (request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');`,
    { drain: { grace: 1_200 } },
  );
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  let answer = await ask(port, agent);
  while (answer.pid !== String(first)) {
    agent.destroy();
    // oxlint-disable-next-line no-await-in-loop
    answer = await ask(port, agent);
  }
  const closed = once(answer.socket, 'close');
  expect(await resultOf(running, 'pause', 1)).toMatchObject({ outcome: 'paused' });
  await closed;
  expect(running.past(({ type }) => type === 'exit' || type === 'cut')).toEqual([]);
});

test('the last ready worker is refused, also when both are paused at once, and a pause that is repeated is a no-op', async () => {
  const { running, first, second } = await started(workers.http);
  const results = await Promise.all([resultOf(running, 'pause', 1), resultOf(running, 'pause', 2)]);
  const why = 'slot 2 has the last ready worker';
  expect(results).toMatchObject([
    { outcome: 'paused', slot: 1, worker: { pid: first } },
    { outcome: 'refused', slot: 2, why, worker: { pid: second } },
  ]);
  expect(await running.event('pause-refused')).toMatchObject({ asked: 'pause', slot: 2, why });
  expect(await resultOf(running, 'pause', 1)).toMatchObject({ outcome: 'paused', worker: { pid: first } });
  expect(await resultOf(running, 'resume', 2)).toMatchObject({ outcome: 'resumed', worker: { pid: second } });
  expect(running.past('pause')).toHaveLength(1);
  expect(running.past('resume')).toEqual([]);
});

test('a paused worker serves again when the last other one is killed', async () => {
  const { running, port, first, second } = await started(workers.http, {
    backoff: { initial: 60_000 },
    minUptime: 60_000,
  });
  await resultOf(running, 'pause', 1);
  process.kill(second, 'SIGKILL');
  expect(await running.event('resume')).toMatchObject({
    worker: { pid: first },
    serves: true,
    why: 'no other worker is ready',
  });
  expect(await get(port)).toBe(String(first));
});

const isFork = (why: string) => (told: Told) => told.type === 'fork' && told.why === why;

test('a paused worker that crashes is replaced by one that serves', async () => {
  const { running, port, first } = await started(workers.http);
  await resultOf(running, 'pause', 1);
  process.kill(first, 'SIGKILL');
  const next = pidOf(await running.event(isFork('respawn')));
  await running.event((told) => told.type === 'ready' && told.worker?.pid === next);
  await untilAnswered(port, next);
  expect(await running.event('resume')).toMatchObject({
    worker: { pid: first },
    serves: false,
    why: 'its process has ended',
  });
});

test('a restart brings a worker that is not paused, and loses no request', async () => {
  const { running, port, first } = await started(workers.http);
  await resultOf(running, 'pause', 1);
  const over = new AbortController();
  const clients = [true, false].map((keepAlive) => client(port, keepAlive, over.signal));
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done', replaced: [1, 2] });
  over.abort();
  expect(failuresOf(await Promise.all(clients))).toEqual([]);
  expect(await running.event('resume')).toMatchObject({ worker: { pid: first }, serves: false });
  const next = running.past(isFork('roll')).find(({ worker }) => worker?.slot === 1);
  await untilAnswered(port, next === undefined ? 0 : pidOf(next));
});

test('a paused worker leaves in a shutdown as any other', async () => {
  const { running, first } = await started(workers.http);
  await resultOf(running, 'pause', 1);
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  const exit = running.past('exit').find((told) => pidOf(told) === first);
  expect(exit).toMatchObject({ code: 0, requested: true });
  expect(running.past('kill')).toEqual([]);
});

test('a worker that is stopped is not paused, and the others can be', async () => {
  const { running, first } = await started(workers.http, { worker: 3 });
  process.kill(first, 'SIGSTOP');
  const [stopped, other] = await Promise.all([resultOf(running, 'pause', 1), resultOf(running, 'pause', 2)]);
  expect(stopped).toMatchObject({ outcome: 'refused', why: 'it has not answered within 5000 ms' });
  expect(other).toMatchObject({ outcome: 'paused', slot: 2 });
  process.kill(first, 'SIGCONT');
});

test('a server of its own descriptor cannot be opened again, so the worker is not paused', async () => {
  const { running, first } = await started(`
    import { createServer } from 'node:http';
    import { Server } from 'node:net';
    const answer = (request, response) => response.end(String(process.pid));
    createServer(answer).listen(0, '127.0.0.1');
    const inner = new Server();
    inner.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      const handle = inner._handle;
      inner._handle = null;
      createServer(answer).listen(handle);
    });`);
  expect(await resultOf(running, 'pause', 1)).toMatchObject({
    outcome: 'refused',
    why: 'a server listens on a descriptor of its own, which cannot be opened again',
  });
  // It serves as before.
  const listening = running.past('listening').find((told) => pidOf(told) === first);
  await untilAnswered(listening === undefined ? 0 : portOf(listening), first);
});

test('without the preload a pause is refused by the name of the option', async () => {
  const { running } = await started(workers.http, { preload: false });
  const why = 'with `preload: false` nothing in the worker can do it';
  expect(await resultOf(running, 'pause', 1)).toMatchObject({ outcome: 'refused', slot: 1, why });
  expect(await resultOf(running, 'resume', 1)).toMatchObject({ outcome: 'refused', slot: 1, why });
});

test('a slot that does not exist, and what is none, are one clear error', async () => {
  const { running } = await started(workers.http, { name: 'web' });
  const failing = async (...args: readonly unknown[]) => (await running.call('pause', ...args)).error;
  expect(await failing(3)).toMatchObject({
    name: 'NotRunningError',
    message: "pause(): expected an existing slot, got 3; 'web' has 2",
  });
  expect(await failing(1, { cluster: 'shop' })).toMatchObject({
    name: 'NotRunningError',
    message: "pause(): expected a running cluster 'shop', there is 'web'",
  });
  expect(await failing('1')).toMatchObject({ name: 'ConfigError' });
  expect(await failing(1, 'web')).toMatchObject({ name: 'ConfigError' });
  expect(running.past('error').map(({ error }) => error?.name)).toEqual([
    'NotRunningError',
    'NotRunningError',
    'ConfigError',
    'ConfigError',
  ]);
});
