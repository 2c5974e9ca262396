import { readdirSync } from 'node:fs';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { ask, attached, following, lines, read, runtimeFolder, socketIn } from './harness.js';

const served = async () => {
  const folder = runtimeFolder();
  const cluster = attached();
  cluster.emit({ type: 'fork', worker: { id: 1, slot: 1, generation: 1, pid: 1, cluster: 'web' }, why: 'start' });
  return { cluster, socket: await socketIn(folder) };
};

const errorOf = async (socket: string, path: string, body?: string, verb?: string) => {
  const asked = { path, ...(body !== undefined && { body }), ...(verb !== undefined && { verb }) };
  const { status, text } = await ask(socket, asked);
  return `${status} ${JSON.parse(text).error?.message}`;
};

test.each([
  ['/', '404 expected one of /v1/ping, /v1/status'],
  ['/v1', '404 expected one of'],
  ['/v1/', '404 expected one of'],
  ['/v1/toString', '404 expected one of'],
  ['/v1/__proto__', '404 expected one of'],
  ['/v1/constructor', '404 expected one of'],
  ['/v2/status', '404 expected one of'],
  ['/v1/status/../config', '404 expected one of'],
  ['//v1/status', '404 expected one of'],
  ['/v1/status%00', '404 expected one of'],
  ['/v1/restart', '405 expected POST'],
  ['/v1/status?cluster=', "400 cluster: expected a text that is not empty, got ''"],
  ['/v1/status?cluster=jobs', "404 cluster: expected a running cluster, got 'jobs'; there is 'web'"],
  ['/v1/status?clutser=web', "400 parameters: expected only cluster, got 'clutser'"],
  ['/v1/status?__proto__=web', "400 parameters: expected only cluster, got '__proto__'"],
  ['/v1/ping?a=b', "400 parameters: expected none, got 'a'"],
  ['/v1/status?cluster=a&cluster=b', '400 cluster: expected to be given once, got several values'],
  ['/v1/workers?slot=one', "400 slot: expected a whole number, 1 or more, got 'one'"],
  ['/v1/workers?slot=0', '400 slot: expected a whole number, 1 or more, got 0'],
  ['/v1/workers?slot=1e3', "400 slot: expected a whole number, 1 or more, got '1e3'"],
  ['/v1/workers?slot=99999999999999999999', '400 slot: expected a whole number, 1 or more'],
  ['/v1/workers?slot=2', "404 slot: expected an existing slot, got 2; 'web' has 1"],
  ['/v1/events?follow=constructor', "400 follow: expected true or false, got 'constructor'"],
  ['/v1/events?follow=maybe', "400 follow: expected true or false, got 'maybe'"],
  ['/v1/events?type=exti', '400 type: expected the type of an event, got "exti". Did you mean \'exit\'?'],
  ['/v1/events?since=-1', '400 since: expected a whole number, 0 or more, got -1'],
  ['/v1/events?last=', "400 last: expected a whole number, 0 or more, got ''"],
  ['/v1/logs?level=loud', '400 level: expected a level of pino, or a number, got "loud"'],
  ['/v1/logs?output=both', "400 output: expected one of stdout, stderr, got 'both'"],
  ['/v1/logs?lines=1000000', '400 lines: expected a whole number from 0 to 2000, got 1000000'],
  ['/v1/logs?rate=0', '400 rate: expected a whole number, 1 or more, got 0'],
  ['/v1/logs?cluster=jobs', "404 cluster: expected a running cluster, got 'jobs'"],
  ['/v1/stats?slot=9', '404 slot: expected an existing slot, got 9'],
])('GET %s is refused', async (path, message) => {
  const { socket } = await served();
  expect((await errorOf(socket, path)).slice(0, message.length)).toBe(message);
});

test.each([
  ['/v1/status', '{}', '405 expected GET'],
  ['/v1/scale', '', '400 to: expected a whole number from 1 to 10000, got nothing'],
  ['/v1/scale', '{', '400 body: expected JSON, got something else'],
  ['/v1/scale', '[]', '400 body: expected a JSON object'],
  ['/v1/scale', 'null', '400 body: expected a JSON object'],
  ['/v1/scale', '{"to":"2"}', "400 to: expected a whole number from 1 to 10000, got '2'"],
  ['/v1/scale', '{"to":1e9}', '400 to: expected a whole number from 1 to 10000, got 1000000000'],
  ['/v1/scale', '{"to":2,"force":true}', "400 parameters: expected only to, cluster, got 'force'"],
  ['/v1/scale?to=2', '{}', '400 to: expected in the body, as JSON, got in the URL'],
  ['/v1/restart', '{"slot":7}', "404 slot: expected an existing slot, got 7; 'web' has 1"],
  ['/v1/restart', '{"cluster":"jobs"}', "404 cluster: expected a running cluster, got 'jobs'"],
  ['/v1/restart', '{"__proto__":{"slot":1}}', "400 parameters: expected only cluster, slot, got '__proto__'"],
  ['/v1/pause', '{}', '400 slot: expected a whole number, 1 or more, got nothing'],
  ['/v1/send', '{"id":1}', '400 message: expected a value, got nothing'],
  ['/v1/send', '{"message":1,"id":99}', '404 '],
])('POST %s %s is refused', async (path, body, message) => {
  const { socket } = await served();
  expect((await errorOf(socket, path, body, 'POST')).slice(0, message.length)).toBe(message);
});

/** Sends a body in chunks until the server stops it. */
const flood = (socket: string, path: string, megabytes: number, headers: Readonly<Record<string, string>> = {}) =>
  new Promise<{ readonly status: number; readonly sent: number }>((resolve) => {
    const chunk = Buffer.alloc(2 ** 20, ' ');
    let sent = 0;
    let status = 0;
    const asked = request({ socketPath: socket, method: 'POST', path, headers, agent: false }, (response) => {
      status = response.statusCode ?? 0;
      response.resume();
    });
    asked.on('error', () => {}).on('close', () => resolve({ status, sent }));
    const send = () => {
      let ready = true;
      for (; ready && sent < megabytes && !asked.destroyed; sent += 1) ready = asked.write(chunk);
      if (ready) asked.end();
      else asked.once('drain', send);
    };
    send();
  });

test.each([
  ['that says how long it is', { 'content-length': String(100 * 2 ** 20) }],
  ['in chunks', {}],
])('a body of 100 MB %s is cut', async (_, headers) => {
  const { socket } = await served();
  const before = process.memoryUsage().rss;
  const { status, sent } = await flood(socket, '/v1/restart', 100, headers);
  expect(status).toBe(413);
  expect(sent).toBeLessThanOrEqual(100);
  expect(process.memoryUsage().rss - before).toBeLessThan(60 * 2 ** 20);
  expect(await errorOf(socket, '/v1/restart', ' '.repeat(2 ** 16 + 1))).toMatch(
    /^413 body: expected at most 65536 bytes/,
  );
  expect(await errorOf(socket, '/v1/send', ' '.repeat(2 ** 16 + 1))).toMatch(/^400 message/);
  expect(await errorOf(socket, '/v1/send', ' '.repeat(2 ** 20 + 1))).toMatch(/^413 /);
});

const opened = async (path: string): Promise<Socket> => {
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
};

test.each([
  ['nothing', ''],
  ['half of its headers', 'GET /v1/ping HTTP/1.1\r\nHost: x'],
  ['half of its body', 'POST /v1/restart HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"s'],
])(
  'a client that sends %s is cut after some seconds',
  async (_, text) => {
    const { socket } = await served();
    const client = await opened(socket);
    let answer = '';
    client.setEncoding('utf8').on('data', (part: string) => (answer += part));
    client.write(text);
    await once(client, 'close');
    expect(answer).toMatch(/^(HTTP\/1\.1 408 .*)?/);
    expect(await read(socket, '/v1/ping')).toHaveProperty('pid');
  },
  20_000,
);

test('what is no HTTP is refused', async () => {
  const { socket } = await served();
  const client = await opened(socket);
  client.write('\u0000\u0001 nonsense\r\n\r\n');
  client.resume();
  await once(client, 'close');
  expect(await read(socket, '/v1/ping')).toHaveProperty('pid');
});

const openFiles = () => readdirSync('/proc/self/fd').length;

test('a thousand connections harm nothing, and leave nothing', async () => {
  const { socket } = await served();
  const before = openFiles();
  const clients = Array.from({ length: 1_000 }, () =>
    connect(socket)
      .resume()
      .on('error', () => {}),
  );
  const closed = clients.map((client) => new Promise((resolve) => client.on('close', resolve)));
  const connected = clients.map((client) => new Promise((resolve) => client.on('connect', resolve)));
  await Promise.all(connected.map((opened, at) => Promise.race([opened, closed[at]])));
  // Those that are too many are closed at once.
  const open = () => clients.filter(({ destroyed }) => !destroyed).length;
  await expect.poll(open).toBeLessThanOrEqual(256);
  for (const client of clients) client.destroy();
  await Promise.all(closed);
  // The test runner opens one now and then.
  await expect.poll(openFiles).toBeLessThan(before + 10);
  expect(await read(socket, '/v1/ping')).toHaveProperty('pid');
});

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

const heap = () => {
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
};

test('a thousand clients that come and go leave neither memory nor descriptors', async () => {
  const { cluster, socket } = await served();
  const visit = () =>
    new Promise<void>((resolve) => {
      const asked = request({ socketPath: socket, path: '/v1/events?follow', agent: false }, (response) => {
        response.once('data', () => asked.destroy());
        response.on('error', () => {});
      });
      asked.on('error', () => {}).on('close', () => resolve());
      asked.end();
    });
  const round = () => Promise.all(Array.from({ length: 50 }, visit));
  await round();
  await round();
  const [files, bytes] = [openFiles(), heap()];
  // oxlint-disable-next-line no-await-in-loop
  for (let more = 0; more < 20; more += 1) await round();
  await expect.poll(openFiles).toBeLessThan(files + 10);
  expect(heap() - bytes).toBeLessThan(2 * 2 ** 20);
  cluster.emit({ type: 'signal', signal: 'SIGHUP', action: 'reopen' });
});

test('only so many streams are open at once; others are told so', async () => {
  const { socket } = await served();
  const streams = Array.from({ length: 128 }, () => following(socket, { path: '/v1/events?follow' }));
  await Promise.all(streams.map((stream) => stream.line(({ id }) => id !== undefined)));
  expect(await errorOf(socket, '/v1/events?follow')).toMatch(/^503 so many streams are open/);
  expect(await read(socket, '/v1/ping')).toHaveProperty('pid');
});

test('a client that reads slowly costs no memory, and is told what it has missed', async () => {
  const { cluster, socket } = await served();
  const [{ id: before = 0 } = {}] = await lines(socket, '/v1/events?last=1');
  const slow = await opened(socket);
  slow.pause();
  slow.write(`GET /v1/events?follow&since=${before} HTTP/1.1\r\nHost: x\r\n\r\n`);
  // It is answered before the flood begins.
  await read(socket, '/v1/ping');
  const error = { name: 'Error', message: 'x'.repeat(500), stack: '' };
  const bytes = heap();
  for (let more = 0; more < 40_000; more += 1) cluster.emit({ type: 'error', error });
  expect(heap() - bytes).toBeLessThan(40 * 2 ** 20);
  let text = '';
  const gap = new Promise<RegExpExecArray>((resolve) => {
    slow.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const found = /"gap":\{"from":(\d+),"to":(\d+)\}/.exec(text);
      if (found !== null) resolve(found);
    });
  });
  slow.resume();
  const [, from, to] = await gap;
  expect(Number(to)).toBe(before + 40_000 - 10_000);
  expect(Number(from)).toBeLessThan(Number(to));
  const next = `"id":${Number(to) + 1},`;
  await expect.poll(() => text.includes(next)).toBe(true);
  expect(text).toContain(`"id":${Number(from) - 1},`);
  expect(text).not.toContain(`"id":${from},`);
});
