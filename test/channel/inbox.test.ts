import { expect, test } from 'vitest';
import { inbox } from '../../src/channel/inbox.js';
import { type Batch, batchCommand } from '../../src/channel/frames.js';

const box = () => {
  const read: unknown[] = [];
  const receipts: number[] = [];
  const turns: (() => void)[] = [];
  const { take } = inbox(
    {
      messages: (messages) => read.push(...messages),
      letter: ({ type }) => read.push(type),
      lost: (count) => read.push(`${count} lost`),
      unfit: () => read.push('unfit'),
    },
    ({ taken }) => receipts.push(taken),
    (act) => turns.push(act),
  );
  const turn = () => {
    for (const act of turns.splice(0)) act();
  };
  return { take, read, receipts, turn };
};

const parcel = (n: number, ...messages: readonly unknown[]): Batch => ({ cmd: batchCommand, n, messages });

test('what comes is read at once, and it is said for some messages together how far it has come', () => {
  const { take, read, receipts, turn } = box();
  take(parcel(1, 'a', 'b'));
  take({ cmd: batchCommand, n: 2, lost: 3, letters: [{ type: 'join', topic: 't' }] });
  expect(read).toEqual(['a', 'b', '3 lost', 'join']);
  for (const n of [514, 1_023]) take(parcel(n));
  turn();
  expect(receipts).toEqual([]);
});

test('however much comes in a turn, it is said twice, early and when the turn is over', () => {
  const { take, receipts, turn } = box();
  for (const n of [512, 1_024, 1_536, 2_048, 2_560]) take(parcel(n));
  expect(receipts).toEqual([1_024]);
  turn();
  expect(receipts).toEqual([1_024, 2_560]);
  for (const n of [3_072, 3_584, 4_000]) take(parcel(n));
  turn();
  expect(receipts.slice(2)).toEqual([3_584]);
});

test('a receipt comes after what it is for has been read', () => {
  const order: string[] = [];
  const { take } = inbox(
    { messages: () => order.push('read'), letter: () => {}, lost: () => {}, unfit: () => {} },
    () => order.push('receipt'),
    () => {},
  );
  take(parcel(1_024, 'a'));
  expect(order).toEqual(['read', 'receipt']);
});

test('what comes again, or too late, is not read', () => {
  const { take, read } = box();
  for (const n of [1, 1, 3, 2, 3, 4]) take(parcel(n, n));
  expect(read).toEqual([1, 3, 4]);
});

test('a letter that does not fit is told and passed over, and one of a newer version is passed over', () => {
  const { take, read } = box();
  take({
    cmd: batchCommand,
    n: 3,
    letters: [null, { type: 'join', topic: 5 }, { type: 'later' }, { type: 'join', topic: 't' }],
  });
  expect(read).toEqual(['unfit', 'unfit', 'join']);
});
