import { createServer } from 'node:http';
import { endlessCluster } from './events.js';

/** As many events as a client can ask for later. */
const kept = 10_000;
/** What a client has not read waits here and not in its connection. In bytes. */
const maxWaiting = 2 ** 16;
const stepMs = 20;

/** Answers what a page asks of the control server of a master, on a socket, with so many events a second. They exist only as events. */
export const replayedMaster = async (path, perSecond) => {
  const cluster = endlessCluster();
  const lines = new Map();
  const clients = new Set();
  const sampled = new Set();
  const counted = { sent: 0, missed: 0 };
  let last = 0;

  const emit = () => {
    const { id, line } = cluster.next();
    last = id;
    lines.set(id, line);
    lines.delete(id - kept);
  };

  const pump = (client) => {
    const first = Math.max(1, last - kept + 1);
    while (client.next <= last && client.response.writableLength < maxWaiting) {
      if (client.next < first) {
        client.response.write(`${JSON.stringify({ gap: { from: client.next, to: first - 1 } })}\n`);
        counted.missed += first - client.next;
        client.next = first;
      }
      client.response.write(`${lines.get(client.next)}\n`);
      client.next += 1;
      counted.sent += 1;
    }
  };

  const live = (query, response) => {
    const since = query.get('since') ?? last - Number(query.get('last') ?? kept);
    const client = { response, next: Math.max(0, Number(since)) + 1, logs: query.has('lines') };
    const status = { ...identity(), time: Date.now(), startedAt, clusters: [cluster.status()] };
    response.write(`${JSON.stringify({ status, last })}\n`);
    clients.add(client);
    response.once('close', () => clients.delete(client));
    pump(client);
  };

  /** The samples alone. */
  const stats = (response) => {
    sampled.add(response);
    response.once('close', () => sampled.delete(response));
  };

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    if (pathname === '/v1/live') live(searchParams, response);
    else if (pathname === '/v1/stats') stats(response);
    else response.end(JSON.stringify(identity()));
  });
  await new Promise((resolve) => {
    server.listen(path, resolve);
  });

  const begun = performance.now();
  // Also on a busy machine, where timers are late.
  const step = () => {
    while (last < ((performance.now() - begun) * perSecond) / 1_000) emit();
    for (const client of clients) pump(client);
  };
  const second = () => {
    const samples = cluster.samples();
    for (const response of sampled) for (const line of samples) response.write(`${line}\n`);
    for (const { response, logs } of clients) {
      for (const line of samples) response.write(`${line}\n`);
      if (logs) for (let at = 0; at < 100; at += 1) response.write(`${recordOf(at)}\n`);
    }
  };
  const timers = [setInterval(step, stepMs), setInterval(second, 1_000)];

  return {
    counts: () => ({ ...counted, emitted: last }),
    close: () => {
      for (const timer of timers) clearInterval(timer);
      server.close();
      server.closeAllConnections();
    },
  };
};

const startedAt = Date.now();
const identity = () => ({ pid: process.pid, version: '0.0.0', format: 1, node: process.version });

const recordOf = (at) =>
  JSON.stringify({
    time: Date.now(),
    level: 30,
    msg: `GET /orders/${at} answered in 8 ms`,
    worker: { id: 1, slot: 1, generation: 1, pid: 10_001, cluster: 'shop' },
    output: 'stdout',
    fields: {},
  });
