import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { redeliverConnections } from '../../src/host/redeliverConnections.js';

/** A worker that stands in for a real one, and what is sent to it, in order. */
const workerOf = (id: number) => {
  const sent: unknown[] = [];
  const process = Object.assign(new EventEmitter(), {
    connected: true,
    exitCode: null,
    signalCode: null,
    send: (message: { readonly act?: string; readonly ack?: number }) => sent.push(message.act ?? 'answer') > 0,
  });
  const worker = Object.assign(new EventEmitter(), { id, process });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { worker: worker as unknown as Worker, process, sent };
};

const key = 'shop/:80';
const handle = { close: () => {} };
/** What node:cluster sends. */
const answer = { cmd: 'NODE_CLUSTER', ack: 1, key, errno: null };
const connection = { cmd: 'NODE_CLUSTER', act: 'newconn', key, seq: 7 };
/** `send` takes more than its types say. */
const tell = ({ process }: ReturnType<typeof workerOf>, message: object, given?: unknown) =>
  Reflect.apply(process.send, process, [message, given]);

test('a waiting connection is sent to a worker after the answer that lets it listen', () => {
  const { watch, close } = redeliverConnections();
  const failed: Error[] = [];
  const [first, second] = [workerOf(1), workerOf(2)];
  for (const { worker } of [first, second]) watch(worker, (error) => failed.push(error));
  tell(first, answer);
  tell(first, connection, handle);
  first.process.connected = false;
  first.process.emit('disconnect');
  tell(second, answer);
  expect(first.sent).toEqual(['answer', 'newconn']);
  expect(second.sent).toEqual(['answer', 'newconn']);
  expect(failed).toEqual([]);
  second.process.emit('internalMessage', { cmd: 'NODE_CLUSTER', act: 'close', key });
  close();
});

test('an impossible frame is reported for its worker, and connections of other workers are still redelivered', () => {
  const { watch, close } = redeliverConnections();
  const failed: Error[] = [];
  const doubts: string[] = [];
  const [liar, first, second] = [workerOf(1), workerOf(2), workerOf(3)];
  for (const { worker } of [liar, first, second])
    watch(
      worker,
      (error) => failed.push(error),
      (what) => doubts.push(what),
    );
  for (const message of [
    { cmd: 'NODE_CLUSTER', ack: 99, accepted: false },
    { cmd: 'NODE_CLUSTER', ack: {}, accepted: true },
    { cmd: 'NODE_CLUSTER', act: 'listening', address: 5 },
    { cmd: 'NODE_CLUSTER', act: 'close', key: 5 },
    null,
  ])
    liar.process.emit('internalMessage', message);
  // It may also be that this Node is not as expected.
  expect(failed).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/an answer to a worker that asks to listen/) }),
  ]);
  expect(doubts).toHaveLength(2);
  expect(doubts[0]).toMatch(/^worker 1 sent an impossible frame of node:cluster/);
  tell(first, answer);
  tell(first, connection, handle);
  first.process.connected = false;
  first.process.emit('disconnect');
  tell(second, answer);
  expect(second.sent).toEqual(['answer', 'newconn']);
  close();
});
