import type { Worker } from 'node:cluster';
import { EventEmitter } from 'node:events';
import * as fc from 'fast-check';
import { Subject, Subscriber } from 'rxjs';
import { expect, test } from 'vitest';
import type { ProcessEvent } from '../../src/host/host.js';
import { workerChannel } from '../../src/host/workerChannel.js';
import { batchCommand } from '../../src/channel/frames.js';
import { topicRouter, type TopicMessage } from '../../src/channel/topicRouter.js';
import { mutated } from '../frames.js';
import { channelMessages } from '../channel/frames.js';

/** The mail of two workers that stand in for real ones, with the switchboard between them. */
const office = () => {
  const written$ = new Subject<TopicMessage>();
  const workerOf = (id: number) => {
    const events: ProcessEvent[] = [];
    const misfits: string[] = [];
    const child = Object.assign(new EventEmitter(), { send: () => true });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const worker = { id, process: child, isConnected: () => true } as unknown as Worker;
    const sink = new Subject<ProcessEvent>();
    const subscriber = new Subscriber<ProcessEvent>(sink);
    sink.subscribe((event) => events.push(event));
    const its = workerChannel(
      worker,
      'json',
      subscriber,
      (written) => written$.next(written),
      (what) => misfits.push(what),
    );
    return { ...its, events, misfits, says: (message: unknown) => child.emit('internalMessage', message) };
  };
  const one = workerOf(1);
  const other = workerOf(2);
  written$.pipe(topicRouter()).subscribe(({ to, frame }) => (to === 1 ? one : other).deliver(frame));
  return { one, other };
};

test('whatever a worker sends, the master and the other workers go on', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.anything(), mutated(channelMessages)), { maxLength: 30 }), (some) => {
      const { one, other } = office();
      other.says({ cmd: batchCommand, n: 1, frames: [{ type: 'join', topic: 'prices' }] });
      for (const frame of some) one.says(frame);
      other.says({ cmd: batchCommand, n: 2, messages: ['hello'] });
      expect(other.events.map(({ type }) => type)).toContain('messages');
      expect(other.misfits).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('what does not fit is told of its worker', () => {
  const { one } = office();
  for (const frame of [
    { cmd: batchCommand, n: 1 },
    { cmd: batchCommand, n: 1, messages: 5 },
    { cmd: batchCommand, n: 1, frames: [null] },
  ])
    one.says(frame);
  expect(one.events).toEqual([]);
  expect(one.misfits).toHaveLength(3);
  expect(one.misfits[0]).toMatch(
    /^worker 1 sent a frame of proteus-cluster that does not fit \(NODE_PROTEUS_CLUSTER_BATCH\)/,
  );
});

test('what is published and cannot be written again is told, and ends nothing', () => {
  const { one, other } = office();
  other.says({ cmd: batchCommand, n: 1, frames: [{ type: 'join', topic: 'prices' }] });
  let deep: unknown = 'x';
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  one.says({ cmd: batchCommand, n: 1, frames: [{ type: 'publish', topic: 'prices', data: deep }] });
  expect(other.misfits).toHaveLength(1);
  expect(other.misfits[0]).toMatch(/^what is published under 'prices' does not reach worker 2: /);
});
