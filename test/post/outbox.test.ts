import { expect, test } from 'vitest';
import type { Parcel } from '../../src/post/letters.js';
import { outbox } from '../../src/post/outbox.js';

/** An outbox, what it has sent (`1-3` are messages, `j` a letter), and the end of a turn. */
const box = () => {
  const parcels: Parcel[] = [];
  const turns: (() => void)[] = [];
  let eased = 0;
  const out = outbox(
    (parcel) => parcels.push(parcel),
    (act) => turns.push(act),
    () => (eased += 1),
  );
  const contents = () =>
    parcels.map((parcel) => ('messages' in parcel ? parcel.messages : parcel.letters.map(({ type }) => type)));
  const turn = () => {
    for (const act of turns.splice(0)) act();
  };
  const fill = (count: number, from = 0) => {
    for (let index = from; index < from + count; index += 1) out.message(index, 10);
  };
  return { out, parcels, contents, turn, turns, fill, eased: () => eased };
};

const join = { type: 'join', topic: 't' } as const;

test('the first of a turn goes at once, the others together when it is over', () => {
  const { out, contents, turn, turns } = box();
  out.message('a', 1);
  expect(contents()).toEqual([['a']]);
  out.message('b', 1);
  out.message('c', 1);
  expect(contents()).toHaveLength(1);
  expect(turns).toHaveLength(1);
  turn();
  expect(contents()).toEqual([['a'], ['b', 'c']]);
  turn();
  expect(contents()).toHaveLength(2);
});

test('512 travel at once, and so does what is heavy', () => {
  const { out, contents, fill } = box();
  fill(512);
  expect(contents().map(({ length }) => length)).toEqual([1]);
  fill(1, 512);
  expect(contents().map(({ length }) => length)).toEqual([1, 512]);
  out.message('heavy', 300_000);
  expect(contents()[2]).toEqual(['heavy']);
});

test('letters and messages keep their order', () => {
  const { out, contents, turn } = box();
  out.message('a', 1);
  out.letter(join, 1);
  out.message('b', 1);
  turn();
  expect(contents()).toEqual([['a'], ['join'], ['b']]);
});

test('eight parcels are under way; the others wait until one has been dealt with, in order', () => {
  const { out, contents, parcels, fill, turn, eased } = box();
  fill(1 + 512 * 9);
  expect(parcels.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(out.size()).toBe(1024);
  turn();
  expect(parcels).toHaveLength(8);
  out.taken(1);
  expect(eased()).toBe(1);
  expect(parcels.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  fill(3, 1 + 512 * 9);
  turn();
  out.taken(9);
  expect(contents().flat()).toEqual(Array.from({ length: 1 + 512 * 9 + 3 }, (_, index) => index));
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});

test('a flush waits for nobody', () => {
  const { out, parcels, fill } = box();
  fill(1 + 512 * 9 + 1);
  out.flush();
  expect(parcels).toHaveLength(11);
  expect(out.size()).toBe(0);
});

test('the oldest message goes, never a letter, and the next parcel says how many did', () => {
  const { out, contents, parcels, fill, turn } = box();
  fill(1 + 512 * 7);
  out.letter(join, 1);
  fill(2, 5_000);
  expect([out.dropOldest(), out.dropOldest(), out.dropOldest()]).toEqual([true, true, false]);
  out.message('c', 1);
  turn();
  out.taken(8);
  expect(contents().slice(8)).toEqual([['join'], ['c']]);
  expect(parcels.flatMap(({ n, lost }) => (lost === undefined ? [] : [[n, lost]]))).toEqual([[9, 2]]);
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});
