import { expect, test } from 'vitest';
import { decodeEvent, describeEvent } from '../../../src/index.js';
import { fresh, get, master, type Program, portOf, type Told, workers } from '../../process/harness.js';

/** Keeps 2 MB of each request for ever, and answers with its pid. */
const leak = `
  import { createServer } from 'node:http';
  const kept = [];
  createServer((request, response) => {
    kept.push(Buffer.alloc(2_000_000, 1));
    response.end(String(process.pid));
  }).listen(0, '127.0.0.1');
`;

const isRecycle = ({ type }: Told) => type === 'recycle';
const recycled = ({ type, requests }: Told) =>
  type === 'restart-end' && requests?.some((request) => request.startsWith('recycle#')) === true;

/** Sends requests, one after the other, until it is told to stop. Each has to be answered. */
const load = (port: number) => {
  const stopping = new AbortController();
  const send = async (answered: number): Promise<number> => {
    if (stopping.signal.aborted) return answered;
    expect(await get(port)).toMatch(/^\d+$/);
    await new Promise((resolve) => setTimeout(resolve, 20));
    return send(answered + 1);
  };
  const answered = send(0);
  return {
    stop: () => {
      stopping.abort();
      return answered;
    },
  };
};

const start = (worker: string, options: object): Program =>
  master(fresh({ 'worker.mjs': worker }), { worker: 1, exec: 'worker.mjs', minReadyTime: 10, ...options });

test('a worker that leaks is replaced under load, and every request is answered', async () => {
  const app = start(leak, { recycle: { memory: '150M', jitter: 0 } });
  const traffic = load(portOf(await app.event('listening')));
  const recycle = await app.event(isRecycle);
  expect(recycle).toMatchObject({ why: 'memory', limit: 150 * 2 ** 20, worker: { slot: 1, generation: 1 } });
  expect(decodeEvent(recycle)).toEqual(recycle);
  expect((await app.event(recycled)).result).toMatchObject({ outcome: 'done', replaced: [1] });
  expect(await traffic.stop()).toBeGreaterThan(50);
  expect(app.past('error')).toEqual([]);
});

test('a worker that has answered so many requests is replaced', async () => {
  const app = start(workers.http, { recycle: { requests: 20, jitter: 0 } });
  const traffic = load(portOf(await app.event('listening')));
  await app.event('available');
  const { why, limit, value } = { value: 0, ...(await app.event(isRecycle)) };
  expect({ why, limit }).toEqual({ why: 'requests', limit: 20 });
  expect(value).toBeGreaterThanOrEqual(20);
  expect((await app.event(recycled)).result).toMatchObject({ outcome: 'done' });
  expect(await traffic.stop()).toBeGreaterThan(20);
});

test('a limit below what the application needs is said, and the next worker serves', async () => {
  const app = start(workers.http, { recycle: { memory: '31M', jitter: 0 } });
  const port = portOf(await app.event('listening'));
  const first = await app.event(isRecycle);
  expect(first).toMatchObject({ why: 'memory', early: 1 });
  const event = decodeEvent(first);
  const [level, sentence] = (event && describeEvent(event)) ?? [];
  expect(level).toBe('warn');
  expect(sentence).toMatch(
    /^worker 1 \(slot 1, pid \d+\) uses \d+ MB, more than recycle\.memory allows \(31 MB\), and is to be replaced\. It reached this within 1 min\. If every worker does, raise recycle\.memory: the next one in this slot is kept for 1 min$/,
  );
  await app.event(recycled);
  expect(await get(port)).not.toBe(String(first.worker?.pid));
});
