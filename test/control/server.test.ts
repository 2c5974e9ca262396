import { readdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ask, attached, emptied, following, lines, read, runtimeFolder, socketIn } from './harness.js';

const worker = { id: 1, slot: 1, generation: 1, pid: 1_001, cluster: 'web' };
const started = [
  { type: 'fork', worker, why: 'start' },
  { type: 'ready', worker, why: 'listens on 127.0.0.1:8080' },
  { type: 'started', workers: 1, after: 20 },
] as const;

const served = async () => {
  const folder = runtimeFolder();
  const cluster = attached('web', {}, { name: 'web' });
  cluster.emit(...started);
  return { folder, cluster, socket: await socketIn(folder) };
};

/** The id of the last event before the test. */
const lastId = async (socket: string): Promise<number> => (await lines(socket, '/v1/events?last=1')).at(-1)?.id ?? 0;

test('a cluster can be asked about through a private socket, which is removed with the last cluster', async () => {
  const { folder, cluster, socket } = await served();
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  expect(await read(socket, '/v1/ping')).toEqual({
    pid: process.pid,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    format: 1,
    node: process.version,
  });
  const status = await read(socket, '/v1/status');
  expect(status.clusters).toMatchObject([{ cluster: 'web', phase: 'running', size: 1, ready: 1 }]);
  expect(await read(socket, '/v1/workers')).toMatchObject([{ ...worker, state: 'ready' }]);
  expect(await read(socket, '/v1/config')).toEqual({ web: { name: 'web' } });
  const other = attached('jobs');
  expect(await read(socket, '/v1/config')).not.toHaveProperty('jobs.env');
  cluster.end();
  expect(readdirSync(folder)).toHaveLength(1);
  other.end();
  await emptied(folder);
});

test('events are those that are kept, and with follow those that come, until the server closes', async () => {
  const { cluster, socket } = await served();
  const before = await lastId(socket);
  const stream = following(socket, { path: `/v1/events?follow&since=${before}&type=signal` });
  cluster.emit({ type: 'signal', signal: 'SIGHUP', action: 'reopen' }, { type: 'leader-begin', worker });
  const line = await stream.line(({ event }) => event?.type === 'signal');
  expect(line).toMatchObject({
    id: before + 1,
    level: 'debug',
    text: 'the log files are opened again: SIGHUP',
    event: { signal: 'SIGHUP' },
  });
  expect(await lines(socket, `/v1/events?since=${before}`)).toMatchObject([{ id: before + 1 }, { id: before + 2 }]);
  expect(await lines(socket, '/v1/events?last=1&type=signal')).toMatchObject([{ id: before + 1 }]);
  const sse = await ask(socket, {
    path: '/v1/events',
    headers: { accept: 'text/event-stream', 'last-event-id': String(before + 1) },
  });
  expect(sse.headers['content-type']).toBe('text/event-stream');
  expect(sse.text).toMatch(new RegExp(String.raw`^id: ${before + 2}\ndata: \{.*\}\n\n$`));
  cluster.emit({ type: 'signal', signal: 'SIGTERM', action: 'shutdown' });
  cluster.end();
  await stream.ended;
  expect(stream.lines.at(-1)).toMatchObject({ event: { signal: 'SIGTERM' } });
});
