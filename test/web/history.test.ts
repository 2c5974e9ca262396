import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ask } from '../control/harness.js';
import { serveMasters } from '../../src/web.js';
import { followMasters } from '../../src/web/server/followMasters.js';
import { sampleHistory } from '../../src/web/server/history.js';
import { sampleLine } from './page/lines.js';
import { bearer, shown } from './harness.js';

/** On a busy machine. */
const patient = { timeout: 15_000 };

/** A sample of a worker each second of so many, during which it answers 100 requests a second. */
const samplesOf = (seconds: number, from = 0) =>
  Array.from({ length: seconds }, (_, at) => {
    const line = sampleLine({ time: (from + at) * 1_000, cpu: 500 * at, completed: 100 * at });
    if (line.kind !== 'sample') throw new Error('expected a sample');
    return line.value;
  });

test('of samples each second there are points of ten seconds, an hour of them at most', () => {
  const history = sampleHistory();
  for (const sample of samplesOf(25)) history.add(sample);
  expect(history.series()).toMatchObject([
    [
      'shop',
      [
        { at: 0, workers: 1, cpu: 0.5, rate: 100 },
        { at: 10, workers: 1, cpu: 0.5, rate: 100 },
      ],
    ],
  ]);
  for (const sample of samplesOf(2 * 3_600, 25)) history.add(sample);
  const [, points = []] = history.series()[0] ?? [];
  expect([points.length, points[0]?.at, points.at(-1)?.at]).toEqual([360, 3_620, 7_210]);
});

/** A control server that only has samples. */
const sampledMaster = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sampled-'));
  const path = join(folder, 'master.sock');
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/stats') === true) {
      streams.add(response);
      response.once('close', () => streams.delete(response));
      for (const sample of samplesOf(35)) response.write(`${JSON.stringify(sample)}\n`);
    } else response.end(JSON.stringify({ pid: 4_711 }));
  }).listen(path);
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(() => {
    close();
    rmSync(folder, { recursive: true });
  });
  return { path, streams, close };
};

test('the masters of `proteus web` are followed while no page is open', async () => {
  const { path, streams } = await sampledMaster();
  const { link, close } = await serveMasters({ port: 0, readOnly: false, find: async () => [{ id: '4711', path }] });
  const { port, hash } = new URL(link);
  const headers = { authorization: `Bearer ${hash.slice('#token='.length)}` };
  const asked = async () => JSON.parse((await ask(Number(port), { path: '/masters/4711/history', headers })).text);
  await vi.waitFor(
    async () =>
      expect(await asked()).toMatchObject({ series: [['shop', [{ at: 0 }, { at: 10 }, { at: 20, rate: 100 }]]] }),
    patient,
  );
  expect((await ask(Number(port), { path: '/masters/4711/history', headers, body: '{}' })).status).toBe(405);
  expect((await ask(Number(port), { path: '/masters/4712/history', headers })).status).toBe(404);
  close();
  await vi.waitFor(() => expect(streams.size).toBe(0), patient);
});

test('a master that has gone is forgotten, and one whose stream has ended is asked again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const { path, streams } = await sampledMaster();
  let found = [{ id: '4711', path }];
  let looked = 0;
  const { historyOf, close } = followMasters(async () => {
    looked += 1;
    return found;
  });
  onTestFinished(close);
  await vi.waitFor(() => expect(historyOf('4711')?.series()).toMatchObject([['shop', { length: 3 }]]), patient);
  const history = historyOf('4711');
  for (const stream of streams) stream.end();
  await vi.waitFor(() => {
    vi.advanceTimersByTime(5_000);
    expect(streams.size).toBe(1);
  }, patient);
  expect(historyOf('4711')).toBe(history);
  found = [];
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(streams.size).toBe(0), patient);
  expect(historyOf('4711')).toBeUndefined();
  close();
  const before = looked;
  vi.advanceTimersByTime(60_000);
  expect(looked).toBe(before);
});

test('the page of a master asks the master itself, and nobody without the token', async () => {
  const { port } = await shown();
  const path = `/masters/${process.pid}/history`;
  expect(JSON.parse((await ask(port, { path, headers: bearer })).text)).toEqual({ series: [] });
  expect((await ask(port, { path })).status).toBe(401);
  expect((await ask(port, { path, headers: { ...bearer, origin: 'http://evil.example' } })).status).toBe(403);
});
