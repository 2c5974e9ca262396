import { expect, test } from 'vitest';
import { inbox } from '../../src/channel/inbox.js';
import { type Batch, batchCommand } from '../../src/channel/frames.js';

const setUp = () => {
  const read: unknown[] = [];
  const acknowledgements: number[] = [];
  const turns: (() => void)[] = [];
  const { take } = inbox(
    {
      messages: (messages) => read.push(...messages),
      frame: ({ type }) => read.push(type),
      lost: (count) => read.push(`${count} lost`),
      invalid: () => read.push('invalid'),
    },
    ({ acknowledged }) => acknowledgements.push(acknowledged),
    (action) => turns.push(action),
  );
  const turn = () => {
    for (const action of turns.splice(0)) action();
  };
  return { take, read, acknowledgements, turn };
};

const batch = (n: number, ...messages: readonly unknown[]): Batch => ({ cmd: batchCommand, n, messages });

test('batches are handled at once, and fewer than 1,024 messages are not acknowledged', () => {
  const { take, read, acknowledgements, turn } = setUp();
  take(batch(1, 'a', 'b'));
  take({ cmd: batchCommand, n: 2, lost: 3, frames: [{ type: 'join', topic: 't' }] });
  expect(read).toEqual(['a', 'b', '3 lost', 'join']);
  for (const n of [514, 1_023]) take(batch(n));
  turn();
  expect(acknowledgements).toEqual([]);
});

test('a turn sends at most two acknowledgements, one early and one at its end', () => {
  const { take, acknowledgements, turn } = setUp();
  for (const n of [512, 1_024, 1_536, 2_048, 2_560]) take(batch(n));
  expect(acknowledgements).toEqual([1_024]);
  turn();
  expect(acknowledgements).toEqual([1_024, 2_560]);
  for (const n of [3_072, 3_584, 4_000]) take(batch(n));
  turn();
  expect(acknowledgements.slice(2)).toEqual([3_584]);
});

test('an acknowledgement is sent after its messages have been handled', () => {
  const order: string[] = [];
  const { take } = inbox(
    { messages: () => order.push('read'), frame: () => {}, lost: () => {}, invalid: () => {} },
    () => order.push('acknowledgement'),
    () => {},
  );
  take(batch(1_024, 'a'));
  expect(order).toEqual(['read', 'acknowledgement']);
});

test('repeated and late batches are ignored', () => {
  const { take, read } = setUp();
  for (const n of [1, 1, 3, 2, 3, 4]) take(batch(n, n));
  expect(read).toEqual([1, 3, 4]);
});

test('an invalid frame is reported and skipped, a frame of a newer version is skipped', () => {
  const { take, read } = setUp();
  take({
    cmd: batchCommand,
    n: 3,
    frames: [null, { type: 'join', topic: 5 }, { type: 'later' }, { type: 'join', topic: 't' }],
  });
  expect(read).toEqual(['invalid', 'invalid', 'join']);
});
