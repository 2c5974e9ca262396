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

test('what is written in one turn travels together, when it is over', () => {
  const { out, contents, turn, turns } = box();
  out.message('a', 1);
  out.message('b', 1);
  expect(contents()).toEqual([]);
  expect(turns).toHaveLength(1);
  turn();
  expect(contents()).toEqual([['a', 'b']]);
  turn();
  expect(contents()).toHaveLength(1);
});

test('512 travel at once, and so does what is heavy', () => {
  const { out, contents, fill } = box();
  fill(511);
  expect(contents()).toEqual([]);
  fill(1, 511);
  expect(contents().map(({ length }) => length)).toEqual([512]);
  out.message('heavy', 300_000);
  expect(contents()[1]).toEqual(['heavy']);
});

test('letters and messages keep their order', () => {
  const { out, contents, turn } = box();
  out.message('a', 1);
  out.letter(join, 1);
  out.message('b', 1);
  turn();
  expect(contents()).toEqual([['a'], ['join'], ['b']]);
});

test('four parcels are under way; the others wait until one has been dealt with, in order', () => {
  const { out, contents, parcels, fill, turn, eased } = box();
  fill(512 * 6);
  expect(parcels.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  expect(out.size()).toBe(1024);
  turn();
  expect(parcels).toHaveLength(4);
  out.taken(1);
  expect(eased()).toBe(1);
  expect(parcels.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
  fill(3, 512 * 6);
  turn();
  out.taken(5);
  expect(contents().flat()).toEqual(Array.from({ length: 512 * 6 + 3 }, (_, index) => index));
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});

test('a flush waits for nobody', () => {
  const { out, parcels, fill } = box();
  fill(512 * 6 + 1);
  out.flush();
  expect(parcels.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(out.size()).toBe(0);
});

test('the oldest message goes, never a letter, and the next parcel says how many did', () => {
  const { out, contents, parcels, fill, turn } = box();
  fill(512 * 4);
  out.letter(join, 1);
  fill(2, 5_000);
  expect([out.dropOldest(), out.dropOldest(), out.dropOldest()]).toEqual([true, true, false]);
  out.message('c', 1);
  turn();
  out.taken(4);
  expect(contents().slice(4)).toEqual([['join'], ['c']]);
  expect(parcels.map(({ lost }) => lost)).toEqual([undefined, undefined, undefined, undefined, 2, undefined]);
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});
