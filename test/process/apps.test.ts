import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { client, client2, eventSource, type Seen, type Tick } from './clients.js';
import { fresh, get, imports, master, pidOf, portOf, type Program, program, write } from './harness.js';

const apps = fileURLToPath(new URL('../../examples/apps', import.meta.url));
const fileOf = (name: string) => join(apps, `${name}.${['express', 'nest'].includes(name) ? 'cjs' : 'js'}`);

/** An application under a master, one worker at a time. */
const start = async (name: string, config: object = {}): Promise<Program> => {
  const running = master(fresh(), { worker: 1, exec: fileOf(name), ...config }, { env: { PORT: '0' } });
  await running.event('started');
  return running;
};

/** A master of the examples, which also reports its events. */
const example = (file: string, ...args: readonly string[]): Program => {
  const folder = fresh();
  write(folder, {
    'master.mjs': `${imports} proteus.events$.subscribe(tell); await import(${JSON.stringify(join(apps, file))});`,
  });
  return program(folder, process.execPath, ['master.mjs', ...args], { env: { PORT: '0' } });
};

const serve = async (name: string, config: object = {}) => {
  const running = await start(name, config);
  return { running, port: portOf(await running.event('listening')) };
};

/** The workers of a generation, as the application prints its pid. */
const pidsOf = (running: Program, generation: number): readonly string[] =>
  running
    .past(({ type, worker }) => type === 'fork' && worker?.generation === generation)
    .map((told) => String(pidOf(told)));

/** It ends by SIGTERM with code 0; each worker went by itself with code 0; nothing was killed, and nothing went wrong. */
const endsWell = async (running: Program) => {
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('error')).toEqual([]);
  expect(running.past('kill')).toEqual([]);
  const exits = running.past('exit');
  expect(exits).toHaveLength(running.past('fork').length);
  expect(exits.every(({ requested }) => requested)).toBe(true);
  expect(exits.every(({ code }) => code === 0)).toBe(true);
};

/** Rolls while clients ask, from before the restart until after it. */
const roll = async (running: Program, visit: (over: AbortSignal) => readonly Promise<Seen>[]) => {
  const over = new AbortController();
  const visits = visit(over.signal);
  running.signal('SIGUSR2');
  expect(await running.event('restart-end')).toMatchObject({ result: { outcome: 'done', replaced: [1], kept: [] } });
  over.abort();
  return Promise.all(visits);
};

/** All were answered, first by the old worker and then by the new one. */
const answeredByBoth = (running: Program, seen: readonly Seen[]) => {
  expect(seen.flatMap(({ failed }) => failed)).toEqual([]);
  const [before, after] = [pidsOf(running, 1), pidsOf(running, 2)];
  for (const { answers } of seen) {
    const pids = answers.map((answer) => /"pid":(\d+)/.exec(answer)?.[1]);
    expect(before).toContain(pids.at(0));
    expect(after).toContain(pids.at(-1));
    expect([...before, ...after]).toEqual(expect.arrayContaining(pids));
  }
};

test.each(['http', 'express', 'fastify', 'koa', 'nest'])(
  '%s: no request fails while it is restarted, and it stops with code 0',
  async (name) => {
    const { running, port } = await serve(name);
    expect(await get(port)).toMatch(/^\{"hello":"world","pid":\d+\}$/);
    const seen = await roll(running, (over) => [
      client(port, false, over),
      client(port, false, over),
      client(port, true, over),
    ]);
    answeredByBoth(running, seen);
    await endsWell(running);
  },
);

test('http2: no stream fails while it is restarted, and it stops with code 0', async () => {
  const { running, port } = await serve('http2');
  answeredByBoth(running, await roll(running, (over) => [client2(port, over), client2(port, over)]));
  const once = await client2(port, AbortSignal.abort());
  expect(once).toEqual({ answers: [`{"hello":"world","pid":${pidsOf(running, 2)[0]}}`], failed: [] });
  await endsWell(running);
});

const echo = (socket: WebSocket, text: string) =>
  new Promise<string>((resolve) => {
    socket.once('message', (data: Buffer) => resolve(data.toString()));
    socket.send(text);
  });

test('ws: a client gets the close frame, reconnects, and continues with the new worker', async () => {
  const { running, port } = await serve('ws');
  const [before] = pidsOf(running, 1);
  const open = () => new WebSocket(`ws://127.0.0.1:${port}`);
  const first = open();
  await new Promise((resolve) => first.once('open', resolve));
  expect(await echo(first, 'one')).toBe(`${before}: one`);
  const closed = new Promise<number>((resolve) => first.once('close', resolve));
  running.signal('SIGUSR2');
  expect(await closed).toBe(1012);
  const second = open();
  await new Promise((resolve) => second.once('open', resolve));
  expect(await echo(second, 'two')).toBe(`${pidsOf(running, 2)[0]}: two`);
  expect(await running.event('restart-end')).toMatchObject({ result: { outcome: 'done' } });
  second.close();
  await new Promise((resolve) => second.once('close', resolve));
  await endsWell(running);
});

test('sse: a client reconnects, and the new worker continues with the next number', async () => {
  const { running, port } = await serve('sse', { drain: { cut: 300 } });
  const over = new AbortController();
  const ticks: Tick[] = [];
  const heard = (pid: string | undefined) =>
    new Promise<void>((resolve) => hopes.push(() => ticks.some(({ data }) => data === pid) && resolve()));
  const hopes: (() => void)[] = [];
  eventSource(
    port,
    (tick) => {
      ticks.push(tick);
      for (const hope of hopes) hope();
    },
    over.signal,
  );
  const [before] = pidsOf(running, 1);
  await heard(before);
  running.signal('SIGUSR2');
  await running.event('restart-end');
  const [after] = pidsOf(running, 2);
  await heard(after);
  over.abort();
  expect(ticks.map(({ id }) => id)).toEqual(ticks.map((_, at) => at + 1));
  expect(new Set(ticks.map(({ data }) => data))).toEqual(new Set([before, after]));
  await endsWell(running);
});

/** A client that speaks only by requests, or only by a WebSocket, and comes back as socket.io has it. */
const chatter = (port: number, transport: 'polling' | 'websocket') => {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: [transport],
    forceNew: true,
    reconnectionDelay: 10,
    reconnectionDelayMax: 50,
  });
  onTestFinished(() => void socket.close());
  let host = '';
  const refused: string[] = [];
  socket.on('welcome', (pid: number) => (host = String(pid)));
  socket.on('connect_error', ({ message }) => refused.push(message));
  /** Which of these workers it is with, as soon as it is. */
  const arrives = async (pids: () => readonly string[]) => {
    while (!pids().includes(host)) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => socket.once('welcome', resolve));
    }
    return host;
  };
  const heard = (): Promise<unknown> => new Promise((resolve) => socket.once('said', resolve));
  return { socket, refused, arrives, heard };
};

test('socket.io: clients stay with their worker, receive messages of the others, and reconnect to the new workers', async () => {
  const running = example('socket.io/master.js');
  const port = Number((await running.printed(/socket\.io on port (\d+)/))[1]);
  const [before, after] = [() => pidsOf(running, 1), () => pidsOf(running, 2)];
  const one = chatter(port, 'polling');
  const first = await one.arrives(before);
  const two = chatter(port, 'websocket');
  expect([first, await two.arrives(before)].toSorted()).toEqual([...before()].toSorted());

  const told = [one, two].map(({ heard }) => heard());
  one.socket.emit('say', 'good morning');
  const morning = { text: 'good morning', pid: Number(first) };
  expect(await Promise.all(told)).toEqual([morning, morning]);

  // No connection is given to a worker that still boots.
  running.signal('SIGUSR2');
  await running.event(({ type, worker }) => type === 'fork' && worker?.generation === 2);
  const three = chatter(port, 'websocket');
  await three.arrives(() => [...before(), ...after()]);
  expect(await running.event('restart-end')).toMatchObject({ result: { outcome: 'done', replaced: [1, 2] } });

  // What the master has to say does not disturb what the two packages say, nor the other way round.
  await running.call('send', { cmd: 'total', total: 3 });
  const all = [one, two, three];
  await Promise.all(all.map(({ arrives }) => arrives(after)));
  const retold = all.map(({ heard }) => heard());
  two.socket.emit('say', 'good evening');
  expect(await Promise.all(retold)).toMatchObject(all.map(() => ({ text: 'good evening' })));
  expect(all.flatMap(({ refused }) => refused)).toEqual([]);
  await endsWell(running);
});

/** A queue that hands out a job when there is one, and the page that the job is about. What is asked of it is kept until it is answered. */
const queue = async () => {
  const asked: { readonly path: string; readonly body: string; readonly response: ServerResponse }[] = [];
  const hopes = new Set<() => void>();
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const question = { path: request.url ?? '', body, response };
      asked.push(question);
      response.on('close', () => asked.includes(question) && asked.splice(asked.indexOf(question), 1));
      for (const hope of hopes) hope();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  /** The first request for this. */
  const question = (path: string) =>
    new Promise<{ readonly body: string; readonly answer: (text?: string) => void }>((resolve) => {
      const look = () => {
        const found = asked.find((one) => one.path === path);
        if (found === undefined) return;
        hopes.delete(look);
        asked.splice(asked.indexOf(found), 1);
        resolve({ body: found.body, answer: (text = '') => void found.response.end(text) });
      };
      hopes.add(look);
      look();
    });
  // Listening on TCP, it has an address of this shape.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    question,
    give: async (id: number) => (await question('/next')).answer(JSON.stringify({ id, url: `${url}/page/${id}` })),
  };
};

test('queue: a worker that never listens finishes its job when it is restarted, and takes no other', async () => {
  const { url, question, give } = await queue();
  const running = await start('queue', { ready: 'online', env: { QUEUE: url } });
  await give(1);
  const page = await question('/page/1');
  running.signal('SIGUSR2');
  await running.event('retire');
  // The new one, which has nothing to do yet, is the only one that asks.
  await give(2);
  const other = await question('/page/2');
  page.answer();
  const done = await question('/done');
  expect(JSON.parse(done.body)).toEqual({ id: 1, status: 200, pid: Number(pidsOf(running, 1)[0]) });
  done.answer();
  expect(await running.event('exit')).toMatchObject({ code: 0, requested: true, worker: { generation: 1 } });
  other.answer();
  const second = await question('/done');
  expect(JSON.parse(second.body)).toEqual({ id: 2, status: 200, pid: Number(pidsOf(running, 2)[0]) });
  second.answer();
  await running.event('restart-end');
  // It waits for a job when it is asked to leave.
  await endsWell(running);
});

test('examples/apps/master.js runs an application by its name', async () => {
  const running = example('master.js', 'koa');
  await running.event('started');
  expect(await get(portOf(await running.event('listening')))).toContain('"hello":"world"');
  await endsWell(running);
});

test('prom-client: its AggregatorRegistry has the metrics of every worker, while they send to the master, before and after a restart', async () => {
  const running = example('prom-client/master.js');
  const port = Number((await running.printed(/metrics on port (\d+)/))[1]);
  const page = /jobs_total 2000\n[^]*# the workers told the master of 2000 jobs/;
  expect(await get(port)).toMatch(page);
  running.signal('SIGUSR2');
  expect(await running.event('restart-end')).toMatchObject({ result: { outcome: 'done', replaced: [1, 2] } });
  expect(await get(port)).toMatch(/jobs_total 2000\n[^]*# the workers told the master of 4000 jobs/);
  await endsWell(running);
});

test('examples/traffic: hits, questions, topics and a stream that is watched', async () => {
  const running = example('../traffic/master.js');
  await running.printed(/slot 1 uses \d+ MB/);
  await running.printed(/[1-9]\d* hits received; served (slot [12]: [1-9]\d*(, )?){2}/);
  expect(running.output).toMatch(/uses EUR/);
  await endsWell(running);
});
