import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { holdRequests } from '../../src/host/holdRequests.js';
import { refuseFrames } from '../../src/host/refuseFrames.js';

/** A worker whose requests are held, and what node:cluster receives of its frames. */
const holding = () => {
  const child = Object.assign(new EventEmitter(), { connected: true, _handleQueue: null });
  const received: unknown[] = [];
  const counts = { held: 0 };
  const reported: string[] = [];
  const report = (what: string) => reported.push(what);
  child.on('internalMessage', (message: { readonly cmd: string; readonly seq?: number }) => {
    if (message.cmd === 'NODE_CLUSTER') received.push(message.seq);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const worker = { id: 3, process: child } as unknown as Worker;
  const release = holdRequests(worker, () => (counts.held += 1), report);
  refuseFrames(worker, report);
  const send = (frame: object) => child.emit('internalMessage', frame);
  return { child, received, counts, reported, release, send };
};

const query = (seq: number) => ({ cmd: 'NODE_CLUSTER', act: 'queryServer', seq, address: null, port: 80 + seq });

test('requests to listen are held, and passed on in their order when they are released', () => {
  const { received, counts, send, release } = holding();
  send(query(1));
  send(query(2));
  expect([received, counts.held]).toEqual([[], 2]);
  release();
  expect(received).toEqual([1, 2]);
});

test('after the release requests pass at once', () => {
  const { received, counts, send, release } = holding();
  release();
  send(query(1));
  release();
  expect([received, counts.held]).toEqual([[1], 0]);
});

test('other frames of node:cluster pass', () => {
  const { received, counts, send } = holding();
  send({ cmd: 'NODE_CLUSTER', act: 'online', seq: 5 });
  expect([received, counts.held]).toEqual([[5], 0]);
});

test('a request that node:cluster could not read is refused, not held', () => {
  const { counts, reported, send } = holding();
  send({ ...query(1), port: 'x' });
  expect(counts.held).toBe(0);
  expect(reported).toEqual([expect.stringContaining('worker 3 sent a frame that only Node itself may send')]);
});

test('at most 1000 requests are held', () => {
  const { received, reported, send, release } = holding();
  for (let seq = 1; seq <= 1_001; seq += 1) send(query(seq));
  release();
  expect(received).toHaveLength(1_000);
  expect(reported).toEqual([
    'worker 3 has asked to listen more than 1000 times while its requests are held. The request is ignored',
  ]);
});

test('requests of a worker whose channel has closed are not passed on', () => {
  const { child, received, send, release } = holding();
  send(query(1));
  child.connected = false;
  release();
  expect(received).toEqual([]);
});
