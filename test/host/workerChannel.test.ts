import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import * as fc from 'fast-check';
import { Subject, Subscriber } from 'rxjs';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ProcessEvent } from '../../src/host/host.js';
import { workerChannel } from '../../src/host/workerChannel.js';
import { batchCommand } from '../../src/channel/frames.js';
import { topicRouter, type TopicMessage } from '../../src/channel/topicRouter.js';
import { mutated } from '../frames.js';
import { channelMessages } from '../channel/frames.js';

/** The channels of two simulated workers, with the topic router between them. */
const channels = () => {
  const written$ = new Subject<TopicMessage>();
  const workerOf = (id: number) => {
    const events: ProcessEvent[] = [];
    const invalidFrames: string[] = [];
    const child = Object.assign(new EventEmitter(), { send: () => true });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const worker = { id, process: child, isConnected: () => true } as unknown as Worker;
    const sink = new Subject<ProcessEvent>();
    const subscriber = new Subscriber<ProcessEvent>(sink);
    sink.subscribe((event) => events.push(event));
    const channel = workerChannel(
      worker,
      'json',
      subscriber,
      (written) => written$.next(written),
      (what) => invalidFrames.push(what),
    );
    return { ...channel, events, invalidFrames, receive: (message: unknown) => child.emit('internalMessage', message) };
  };
  const one = workerOf(1);
  const other = workerOf(2);
  written$.pipe(topicRouter()).subscribe(({ to, frame }) => (to === 1 ? one : other).deliver(frame));
  return { one, other };
};

test('the master and other workers continue whatever a worker sends', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.anything(), mutated(channelMessages)), { maxLength: 30 }), (some) => {
      const { one, other } = channels();
      other.receive({ cmd: batchCommand, n: 1, frames: [{ type: 'join', topic: 'prices' }] });
      for (const frame of some) one.receive(frame);
      other.receive({ cmd: batchCommand, n: 2, messages: ['hello'] });
      expect(other.events.map(({ type }) => type)).toContain('messages');
      expect(other.invalidFrames).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('an invalid frame is reported for its worker', () => {
  const { one } = channels();
  for (const frame of [
    { cmd: batchCommand, n: 1 },
    { cmd: batchCommand, n: 1, messages: 5 },
    { cmd: batchCommand, n: 1, frames: [null] },
  ])
    one.receive(frame);
  expect(one.events).toEqual([]);
  expect(one.invalidFrames).toHaveLength(3);
  expect(one.invalidFrames[0]).toMatch(
    /^worker 1 sent an invalid frame of proteus-cluster \(NODE_PROTEUS_CLUSTER_BATCH\)/,
  );
});

test('published data that cannot be sent on is reported and ends nothing', () => {
  const { one, other } = channels();
  other.receive({ cmd: batchCommand, n: 1, frames: [{ type: 'join', topic: 'prices' }] });
  let deep: unknown = 'x';
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  one.receive({ cmd: batchCommand, n: 1, frames: [{ type: 'publish', topic: 'prices', data: deep }] });
  expect(other.invalidFrames).toHaveLength(1);
  expect(other.invalidFrames[0]).toMatch(/^data published to topic 'prices' cannot be sent to worker 2: /);
});

test('that a worker does not keep up with what is published is said again only after half of its queue was empty', () => {
  const { other } = channels();
  const publish = (count: number) => {
    for (let n = 0; n < count; n += 1) other.deliver({ type: 'publish', topic: 'prices', data: n });
  };
  const errors = () => other.events.filter(({ type }) => type === 'error');
  const acknowledge = (n: number) => other.receive({ cmd: batchCommand, acknowledged: n });
  publish(20_000);
  expect(errors()).toEqual([
    {
      type: 'error',
      error: expect.objectContaining({
        message: expect.stringMatching(/^worker 2 reads its channel too slowly: 10000 /),
      }),
    },
  ]);
  for (let acknowledged = 512; acknowledged <= 4_096; acknowledged += 512) {
    acknowledge(acknowledged);
    publish(1_000);
  }
  expect(errors()).toHaveLength(1);
  for (const acknowledged of [8_192, 12_288]) acknowledge(acknowledged);
  publish(20_000);
  expect(errors()).toHaveLength(2);
});

const textsOf = (...counts: readonly number[]) =>
  counts.map((count) => `worker 1 dropped ${count} messages, the oldest first: its queue was full`);

test('messages that a worker has dropped are reported at once, then at most every 5 s, and the rest at its end', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { one } = channels();
  let n = 0;
  const lose = (lost: number) => {
    n += 1;
    one.receive({ cmd: batchCommand, n, lost, messages: [n] });
  };
  const reported = () => one.events.flatMap((event) => (event.type === 'error' ? event.error.message : []));
  for (const lost of [3, 10, 20]) lose(lost);
  expect(reported()).toEqual(textsOf(3));
  vi.advanceTimersByTime(5_000);
  for (const lost of [1, 7, 2]) lose(lost);
  expect(reported()).toEqual(textsOf(3, 31));
  one.end();
  expect(reported()).toEqual(textsOf(3, 31, 9));
});
