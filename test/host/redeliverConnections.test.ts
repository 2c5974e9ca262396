import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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

/** A server that no worker of another test listens on. */
const mail = 'mail/:25';

const twoThatListen = () => {
  const { watch, close } = redeliverConnections();
  const pair = [workerOf(1), workerOf(2)] as const;
  const heard: unknown[] = [];
  for (const each of pair) {
    watch(each.worker, (error) => heard.push(error));
    // The messages of this worker that node:cluster gets.
    each.process.on('internalMessage', (message: { readonly cmd: string; readonly ack?: number }) => {
      if (message.cmd === 'NODE_CLUSTER' && 'accepted' in message) heard.push(message);
    });
    tell(each, { ...answer, key: mail });
  }
  const offer = (to: (typeof pair)[number], seq: number) => tell(to, { ...connection, key: mail, seq }, handle);
  const reply = ({ process }: (typeof pair)[number], ack: number, accepted: boolean) =>
    process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted });
  const end = () => {
    for (const { process } of pair) process.emit('internalMessage', { cmd: 'NODE_CLUSTER', act: 'close', key: mail });
    close();
  };
  return { pair, heard, offer, reply, end };
};

const refused = (ack: number) => ({ cmd: 'NODE_CLUSTER', ack, accepted: false });
const accepted = (ack: number) => ({ cmd: 'NODE_CLUSTER', ack, accepted: true });

describe('connections that workers refuse', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('while another worker is free, node:cluster hears of it at once', () => {
    const { pair, heard, offer, reply, end } = twoThatListen();
    offer(pair[0], 1);
    reply(pair[0], 1, false);
    expect(heard).toEqual([refused(1)]);
    end();
  });

  test('when all have refused, node:cluster hears of it later and later, 64 ms at most, until one accepts', () => {
    const { pair, heard, offer, reply, end } = twoThatListen();
    offer(pair[0], 1);
    reply(pair[0], 1, false);
    const delays: number[] = [];
    for (let seq = 2; seq < 30; seq += 1) {
      offer(pair[1], seq);
      heard.length = 0;
      reply(pair[1], seq, false);
      expect(heard).toEqual([]);
      delays.push(waitFor(heard));
    }
    expect(delays[0]).toBe(1);
    expect(delays).toEqual(delays.toSorted((one, other) => one - other));
    expect(delays.at(-1)).toBe(64);
    offer(pair[1], 30);
    reply(pair[1], 30, true);
    offer(pair[0], 31);
    heard.length = 0;
    reply(pair[0], 31, false);
    expect(heard).toEqual([refused(31)]);
    end();
  });

  test('a connection waits while the other worker has one on its way, and goes on when that is accepted', async () => {
    const { pair, heard, offer, reply, end } = twoThatListen();
    offer(pair[1], 1);
    offer(pair[0], 2);
    reply(pair[0], 2, false);
    expect(heard).toEqual([]);
    reply(pair[1], 1, true);
    await Promise.resolve();
    expect(heard).toEqual([accepted(1), refused(2)]);
    expect(vi.getTimerCount()).toBe(0);
    end();
  });

  test('a worker that leaves with a refusal held leaves its connection to another one, and no timer', () => {
    const { pair, heard, offer, reply, end } = twoThatListen();
    offer(pair[1], 1);
    offer(pair[0], 2);
    reply(pair[0], 2, false);
    pair[0].process.connected = false;
    pair[0].process.emit('disconnect');
    expect(pair[1].sent).toEqual(['answer', 'newconn', 'newconn']);
    expect(vi.getTimerCount()).toBe(0);
    expect(heard).toEqual([]);
    end();
  });
});

/** The time until a message arrives, in ms. */
const waitFor = (heard: readonly unknown[]): number => {
  for (let ms = 1; ; ms += 1) {
    vi.advanceTimersByTime(1);
    if (heard.length > 0 || ms > 1_000) return ms;
  }
};
