import { expect, test } from 'vitest';
import { inbox } from '../../src/post/inbox.js';
import { type Parcel, stamp } from '../../src/post/letters.js';

const box = () => {
  const read: unknown[] = [];
  const receipts: number[] = [];
  const turns: (() => void)[] = [];
  const { take } = inbox(
    {
      messages: (messages) => read.push(...messages),
      letter: ({ type }) => read.push(type),
      lost: (count) => read.push(`${count} lost`),
    },
    ({ taken }) => receipts.push(taken),
    (act) => turns.push(act),
  );
  const turn = () => {
    for (const act of turns.splice(0)) act();
  };
  return { take, read, receipts, turn };
};

const parcel = (n: number, ...messages: readonly unknown[]): Parcel => ({ cmd: stamp, n, messages });

test('what comes is read at once, and there is one receipt for several, when the turn is over', () => {
  const { take, read, receipts, turn } = box();
  take(parcel(1, 'a', 'b'));
  take({ cmd: stamp, n: 2, lost: 3, letters: [{ type: 'join', topic: 't' }] });
  expect(read).toEqual(['a', 'b', '3 lost', 'join']);
  turn();
  expect(receipts).toEqual([]);
  for (const n of [514, 1_026, 2_060]) take(parcel(n));
  expect(receipts).toEqual([]);
  turn();
  expect(receipts).toEqual([2_060]);
});

test('what comes again, or too late, is not read', () => {
  const { take, read } = box();
  for (const n of [1, 1, 3, 2, 3, 4]) take(parcel(n, n));
  expect(read).toEqual([1, 3, 4]);
});
