import { expect, test } from 'vitest';
import type { Batch } from '../../src/channel/frames.js';
import { isLetter } from '../../src/channel/decode.js';
import { outbox } from '../../src/channel/outbox.js';

/** An outbox, what it has sent (`1-3` are messages, `j` a letter), and the end of a turn. */
const box = () => {
  const parcels: Batch[] = [];
  const turns: (() => void)[] = [];
  let eased = 0;
  let time = 0;
  const out = outbox(
    (parcel) => parcels.push(parcel),
    { soon: (act) => turns.push(act), now: () => time },
    () => (eased += 1),
  );
  const contents = () =>
    parcels.map((parcel) =>
      'messages' in parcel ? parcel.messages : parcel.letters.filter(isLetter).map(({ type }) => type),
    );
  const turn = (took = 1) => {
    time += took;
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
  out.taken(0);
  expect(contents()).toEqual([]);
  expect(turns).toHaveLength(1);
  turn();
  expect(contents()).toEqual([['a', 'b']]);
  turn();
  expect(contents()).toHaveLength(1);
});

test('the first after a turn without any may go by itself, if nothing is before it', () => {
  const { out, turn, fill } = box();
  expect([out.first(), out.first()]).toEqual([true, false]);
  turn();
  // Another turn may follow closely.
  expect(out.first()).toBe(false);
  turn();
  expect(out.first()).toBe(true);
  turn();
  out.message('a', 1);
  turn();
  turn();
  expect(out.first()).toBe(true);
  fill(512 * 8);
  turn();
  turn();
  // So much is under way that it has to wait like the others.
  expect(out.first()).toBe(false);
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

test('what is written in turns that follow each other closely travels together, for a millisecond at most', () => {
  const { out, contents, turn } = box();
  // Three turns in a ms, beginning with one that goes by itself, then one that has nothing.
  expect(out.first()).toBe(true);
  turn(0.3);
  out.message('a', 1);
  turn(0.3);
  out.message('b', 1);
  turn(0.3);
  // Nor does it leave when there is news of others.
  out.taken(0);
  expect(contents()).toEqual([]);
  turn(0.3);
  expect(contents()).toEqual([['a', 'b']]);
  for (const message of ['c', 'd', 'e', 'f']) {
    out.message(message, 1);
    turn(0.6);
  }
  // The first turn of a row waits for none.
  expect(contents().slice(1)).toEqual([['c'], ['d', 'e', 'f']]);
});

test('nothing waits for further turns where turns take their time, nor for letters', () => {
  const { out, contents, turn, fill } = box();
  for (const message of ['a', 'b', 'c']) {
    out.message(message, 1);
    turn(1);
  }
  expect(contents()).toEqual([['a'], ['b'], ['c']]);
  out.message('d', 1);
  out.letter(join, 1);
  turn(0.1);
  expect(contents().slice(3)).toEqual([['d'], ['join']]);
  fill(512);
  out.letter(join, 1);
  turn(0.1);
  expect(contents()[6]).toEqual(['join']);
});

test('letters and messages keep their order', () => {
  const { out, contents, turn } = box();
  out.message('a', 1);
  out.letter(join, 1);
  out.message('b', 1);
  turn();
  expect(contents()).toEqual([['a'], ['join'], ['b']]);
});

test('a letter that is the first goes at once, the others of its turn when that is over', () => {
  const { out, contents, turn } = box();
  out.letter(join, 1);
  expect(contents()).toEqual([['join']]);
  out.letter(join, 1);
  out.letter(join, 1);
  expect(contents()).toHaveLength(1);
  turn();
  expect(contents().slice(1)).toEqual([['join', 'join']]);
  // No further turn was waited for.
  expect(out.first()).toBe(true);
});

test('no more is under way than the other side deals with in a moment; the others wait, in order', () => {
  const { out, contents, parcels, fill, turn, eased } = box();
  fill(512 * 10);
  // `n` counts messages.
  expect(parcels.map(({ n }) => n)).toEqual(Array.from({ length: 8 }, (_, index) => 512 * (index + 1)));
  expect(out.size()).toBe(1024);
  turn();
  expect(parcels).toHaveLength(8);
  const before = eased();
  out.taken(512);
  expect(eased()).toBeGreaterThan(before);
  expect(parcels).toHaveLength(9);
  fill(3, 512 * 10);
  turn();
  out.taken(512 * 10);
  expect(contents().flat()).toEqual(Array.from({ length: 512 * 10 + 3 }, (_, index) => index));
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});

test('a flush waits for nobody', () => {
  const { out, parcels, fill } = box();
  fill(512 * 10 + 1);
  out.flush();
  expect(parcels).toHaveLength(11);
  expect(out.size()).toBe(0);
});

test('where no turn follows all that is written goes at once, whether there is room or not', () => {
  const { out, contents, fill } = box();
  fill(512 * 9 + 1);
  out.end();
  expect(out.size()).toBe(0);
  out.letter(join, 1);
  out.message('a', 1);
  out.message('b', 1);
  expect(contents().slice(-3)).toEqual([['join'], ['a'], ['b']]);
});

test('the oldest message goes, never a letter, and the next parcel says how many did', () => {
  const { out, contents, parcels, fill, turn } = box();
  fill(512 * 8);
  out.letter(join, 1);
  fill(2, 5_000);
  expect([out.dropOldest(), out.dropOldest(), out.dropOldest()]).toEqual([true, true, false]);
  out.message('c', 1);
  turn();
  out.taken(4_096);
  expect(contents().slice(8)).toEqual([['join'], ['c']]);
  expect(parcels.flatMap(({ n, lost }) => (lost === undefined ? [] : [[n, lost]]))).toEqual([[4_097, 2]]);
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});

test('what could not be sent is not under way, and what gave way before is told with the next', () => {
  const parcels: Batch[] = [];
  let broken = true;
  const out = outbox(
    (parcel) => {
      if (broken) throw new Error('no');
      parcels.push(parcel);
    },
    { soon: () => {}, now: () => 0 },
  );
  out.message('a', 1);
  out.message('b', 1);
  out.dropOldest();
  expect(() => out.flush()).toThrow('no');
  broken = false;
  out.message('c', 1);
  out.flush();
  expect(parcels).toMatchObject([{ n: 1, lost: 1, messages: ['c'] }]);
});

test('what waits behind something that could not be sent still leaves', () => {
  const sent: unknown[] = [];
  const out = outbox(
    (parcel) => {
      if (!('messages' in parcel)) throw new Error('no');
      sent.push(...parcel.messages);
    },
    { soon: () => {}, now: () => 0 },
  );
  out.message('a', 1);
  out.letter(join, 1);
  out.message('b', 1);
  expect(() => out.flush()).toThrow('no');
  out.flush();
  expect(sent).toEqual(['a', 'b']);
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});

test('who waits for there to be room hears of it when a turn is over, also without a receipt', () => {
  const { out, turn, fill, eased } = box();
  fill(20);
  const before = eased();
  turn();
  expect(out.size()).toBe(0);
  expect(eased()).toBeGreaterThan(before);
});
