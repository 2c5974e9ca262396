// The clients: each asks and asks again. Nothing is tried a second time, so a request without an answer has failed.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { seeded } from './random.js';

/** How long a client waits between two requests, in ms. Less than the keep-alive of the server. */
const thinkMs = { min: 10, max: 150 };
/** How long a half-open connection stays, in ms. */
const halfOpenMs = 4_000;
/** The pieces of a body that comes slowly, and the time between them, in ms. */
const slowBody = { pieces: 5, ms: 100, piece: Buffer.alloc(1_000, 'x') };

const [port, seed] = process.argv.slice(2).map(Number);
const random = seeded(seed);
/** The requests that wait for their answer, with their start. */
const waiting = new Map();
const over = new AbortController();
let answered = 0;

/** The worker that has answered on a socket. */
const workers = new WeakMap();

const ask = (agent, { method, path, body }) =>
  new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, agent, method, path });
    const start = Date.now();
    let pid;
    waiting.set(asked, start);
    const end = (error) => {
      if (!waiting.delete(asked)) return;
      if (error === undefined) answered += 1;
      else
        process.send({ type: 'failed', method, path, start, end: Date.now(), pid, error: error.code ?? error.message });
      resolve();
    };
    asked.on('socket', (socket) => (pid = workers.get(socket)));
    asked.on('response', (response) => {
      pid = Number(response.headers['x-pid']);
      workers.set(asked.socket, pid);
      response.resume();
      response.on('end', () =>
        end(response.statusCode === 200 ? undefined : new Error(`status ${response.statusCode}`)),
      );
      response.on('error', end);
      response.on('aborted', () => end(new Error('aborted')));
    });
    asked.on('error', end);
    body(asked);
  });

const none = (asked) => asked.end();
const small = (asked) => asked.end('a body');
const slow = async (asked) => {
  for (let piece = 0; piece < slowBody.pieces && !asked.destroyed; piece += 1) {
    asked.write(slowBody.piece);
    await wait(slowBody.ms);
  }
  asked.end();
};

const kinds = [
  { method: 'GET', path: '/', body: none },
  { method: 'GET', path: '/slow', body: none },
  { method: 'POST', path: '/', body: small },
  { method: 'POST', path: '/', body: slow },
];

const keepAsking = async (kind, keepAlive) => {
  const agent = new Agent({ keepAlive, maxSockets: 1 });
  while (!over.signal.aborted) {
    await ask(agent, kind);
    await wait(thinkMs.min + random() * (thinkMs.max - thinkMs.min));
  }
  agent.destroy();
};

/** What a half-open client sends before it is silent. */
const halves = ['', 'GET / HTT', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf'];

const stayHalfOpen = async (half, halfClosed) => {
  while (!over.signal.aborted) {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(half);
      if (halfClosed) socket.end();
    });
    socket.on('error', () => {});
    await wait(halfOpenMs);
    socket.destroy();
  }
};

process.on('message', async ({ type }) => {
  if (type === 'hog') await ask(new Agent(), { method: 'GET', path: '/hog', body: none });
  if (type === 'count') {
    const now = Date.now();
    process.send({ type: 'count', answered, waiting: [...waiting.values()].map((start) => now - start) });
  }
  if (type === 'end') over.abort();
});

await Promise.all([
  ...kinds.flatMap((kind) => [keepAsking(kind, true), keepAsking(kind, false)]),
  ...halves.flatMap((half) => [stayHalfOpen(half, false), stayHalfOpen(half, true)]),
]);
process.disconnect();
