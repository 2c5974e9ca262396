import { expect, test } from 'vitest';
import type { Batch } from '../../src/channel/frames.js';
import { isFrame } from '../../src/channel/decode.js';
import { outbox } from '../../src/channel/outbox.js';

/** An outbox, the batches it has sent (`1-3` are messages, `join` is a frame), and the end of a turn of the event loop. */
const setUp = () => {
  const batches: Batch[] = [];
  const turns: (() => void)[] = [];
  let drains = 0;
  let time = 0;
  const out = outbox(
    (batch) => batches.push(batch),
    { afterTurn: (act) => turns.push(act), now: () => time },
    () => (drains += 1),
  );
  const contents = () =>
    batches.map((batch) =>
      'messages' in batch ? batch.messages : batch.frames.filter(isFrame).map(({ type }) => type),
    );
  const turn = (took = 1) => {
    time += took;
    for (const act of turns.splice(0)) act();
  };
  const fill = (count: number, from = 0) => {
    for (let index = from; index < from + count; index += 1) out.message(index, 10);
  };
  return { out, batches, contents, turn, turns, fill, drains: () => drains };
};

const join = { type: 'join', topic: 't' } as const;

test('what is written in one turn is sent as one batch at its end', () => {
  const { out, contents, turn, turns } = setUp();
  out.message('a', 1);
  out.message('b', 1);
  out.acknowledged(0);
  expect(contents()).toEqual([]);
  expect(turns).toHaveLength(1);
  turn();
  expect(contents()).toEqual([['a', 'b']]);
  turn();
  expect(contents()).toHaveLength(1);
});

test('a message may be sent directly if nothing is queued and none was written in the turn before', () => {
  const { out, turn, fill } = setUp();
  expect([out.canSendDirectly(), out.canSendDirectly()]).toEqual([true, false]);
  turn();
  // The turn before had a message.
  expect(out.canSendDirectly()).toBe(false);
  turn();
  expect(out.canSendDirectly()).toBe(true);
  turn();
  out.message('a', 1);
  turn();
  turn();
  expect(out.canSendDirectly()).toBe(true);
  fill(512 * 8);
  turn();
  turn();
  // The window is full, so it has to wait like the others.
  expect(out.canSendDirectly()).toBe(false);
});

test('a batch is sent at once when it has 512 items or 256 Ki characters', () => {
  const { out, contents, fill } = setUp();
  fill(511);
  expect(contents()).toEqual([]);
  fill(1, 511);
  expect(contents().map(({ length }) => length)).toEqual([512]);
  out.message('heavy', 300_000);
  expect(contents()[1]).toEqual(['heavy']);
});

test('messages of turns that follow each other closely share a batch for at most a millisecond', () => {
  const { out, contents, turn } = setUp();
  // Three turns in a ms, after one whose message may be sent directly.
  expect(out.canSendDirectly()).toBe(true);
  turn(0.3);
  out.message('a', 1);
  turn(0.3);
  out.message('b', 1);
  turn(0.3);
  // An acknowledgement does not release it either.
  out.acknowledged(0);
  expect(contents()).toEqual([]);
  turn(0.3);
  expect(contents()).toEqual([['a', 'b']]);
  for (const message of ['c', 'd', 'e', 'f']) {
    out.message(message, 1);
    turn(0.6);
  }
  // The first of several close turns is not held back.
  expect(contents().slice(1)).toEqual([['c'], ['d', 'e', 'f']]);
});

test('with long turns, and when frames are queued, nothing is held back for further turns', () => {
  const { out, contents, turn, fill } = setUp();
  for (const message of ['a', 'b', 'c']) {
    out.message(message, 1);
    turn(1);
  }
  expect(contents()).toEqual([['a'], ['b'], ['c']]);
  out.message('d', 1);
  out.frame(join, 1);
  turn(0.1);
  expect(contents().slice(3)).toEqual([['d'], ['join']]);
  fill(512);
  out.frame(join, 1);
  turn(0.1);
  expect(contents()[6]).toEqual(['join']);
});

test('frames and messages keep their order', () => {
  const { out, contents, turn } = setUp();
  out.message('a', 1);
  out.frame(join, 1);
  out.message('b', 1);
  turn();
  expect(contents()).toEqual([['a'], ['join'], ['b']]);
});

test('the first frame of a turn is sent at once, further ones at its end', () => {
  const { out, contents, turn } = setUp();
  out.frame(join, 1);
  expect(contents()).toEqual([['join']]);
  out.frame(join, 1);
  out.frame(join, 1);
  expect(contents()).toHaveLength(1);
  turn();
  expect(contents().slice(1)).toEqual([['join', 'join']]);
  // No further turn was scheduled.
  expect(out.canSendDirectly()).toBe(true);
});

test('at most 4,096 messages are sent without an acknowledgement; the others wait in order', () => {
  const { out, contents, batches, fill, turn, drains } = setUp();
  fill(512 * 10);
  // `n` counts messages.
  expect(batches.map(({ n }) => n)).toEqual(Array.from({ length: 8 }, (_, index) => 512 * (index + 1)));
  expect(out.size()).toBe(1024);
  turn();
  expect(batches).toHaveLength(8);
  const before = drains();
  out.acknowledged(512);
  expect(drains()).toBeGreaterThan(before);
  expect(batches).toHaveLength(9);
  fill(3, 512 * 10);
  turn();
  out.acknowledged(512 * 10);
  expect(contents().flat()).toEqual(Array.from({ length: 512 * 10 + 3 }, (_, index) => index));
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});

test('flush ignores the window', () => {
  const { out, batches, fill } = setUp();
  fill(512 * 10 + 1);
  out.flush();
  expect(batches).toHaveLength(11);
  expect(out.size()).toBe(0);
});

test('after end everything is sent at once, also beyond the window', () => {
  const { out, contents, fill } = setUp();
  fill(512 * 9 + 1);
  out.end();
  expect(out.size()).toBe(0);
  out.frame(join, 1);
  out.message('a', 1);
  out.message('b', 1);
  expect(contents().slice(-3)).toEqual([['join'], ['a'], ['b']]);
});

test('dropOldest drops messages and never frames, and the next batch reports how many', () => {
  const { out, contents, batches, fill, turn } = setUp();
  fill(512 * 8);
  out.frame(join, 1);
  fill(2, 5_000);
  expect([out.dropOldest(), out.dropOldest(), out.dropOldest()]).toEqual([true, true, false]);
  out.message('c', 1);
  turn();
  out.acknowledged(4_096);
  expect(contents().slice(8)).toEqual([['join'], ['c']]);
  expect(batches.flatMap(({ n, lost }) => (lost === undefined ? [] : [[n, lost]]))).toEqual([[4_097, 2]]);
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});

test('a batch that could not be sent does not count, and lost messages are reported with the next one', () => {
  const batches: Batch[] = [];
  let broken = true;
  const out = outbox(
    (batch) => {
      if (broken) throw new Error('no');
      batches.push(batch);
    },
    { afterTurn: () => {}, now: () => 0 },
  );
  out.message('a', 1);
  out.message('b', 1);
  out.dropOldest();
  expect(() => out.flush()).toThrow('no');
  broken = false;
  out.message('c', 1);
  out.flush();
  expect(batches).toMatchObject([{ n: 1, lost: 1, messages: ['c'] }]);
});

test('what is queued behind a batch that could not be sent is still sent', () => {
  const sent: unknown[] = [];
  const out = outbox(
    (batch) => {
      if (!('messages' in batch)) throw new Error('no');
      sent.push(...batch.messages);
    },
    { afterTurn: () => {}, now: () => 0 },
  );
  out.message('a', 1);
  out.frame(join, 1);
  out.message('b', 1);
  expect(() => out.flush()).toThrow('no');
  out.flush();
  expect(sent).toEqual(['a', 'b']);
  expect([out.size(), out.weight()]).toEqual([0, 0]);
});

test('onDrain is called at the end of a turn, also without an acknowledgement', () => {
  const { out, turn, fill, drains } = setUp();
  fill(20);
  const before = drains();
  turn();
  expect(out.size()).toBe(0);
  expect(drains()).toBeGreaterThan(before);
});
