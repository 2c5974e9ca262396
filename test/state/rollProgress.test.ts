import { describe, expect, test } from 'vitest';
import { advance, rollProgress, shrink } from '../../src/state/rollProgress.js';
import { ref } from '../marbles.js';

const stamp = { time: 0, seq: 0, cluster: 'test', roll: 1 };
const begin = (slot: number, roll = 1) => ({ type: 'replace-begin', slot, overlap: true, ...stamp, roll }) as const;
const end = (slot: number) => ({ type: 'replace-end', slot, worker: ref({ id: 10 + slot, slot }), ...stamp }) as const;
const abort = (slot: number) => ({ type: 'replace-abort', slot, why: 'it was late', ...stamp }) as const;

describe('the progress of a roll', () => {
  test('begins with no slot begun, and with the workers that are leaving already', () => {
    expect(rollProgress(1, 3, [7])).toEqual({
      roll: 1,
      lastBegun: 0,
      lastSlot: 3,
      inProgress: new Set(),
      replaced: new Set(),
      outgoing: new Set([7]),
      failed: undefined,
    });
  });

  test('has the next slot, the replaced slots and the workers that have to exit', () => {
    const of = rollProgress(1, 3, []);
    advance(of, begin(1));
    expect(of).toMatchObject({ lastBegun: 1, inProgress: new Set([1]), replaced: new Set() });
    advance(of, end(1), [4, 5]);
    expect(of).toMatchObject({
      lastBegun: 1,
      inProgress: new Set(),
      replaced: new Set([1]),
      outgoing: new Set([4, 5]),
    });
  });

  test('keeps the first failure', () => {
    const of = rollProgress(1, 3, []);
    for (const event of [begin(1), begin(2), abort(2), abort(1)]) advance(of, event);
    expect(of).toMatchObject({ inProgress: new Set(), replaced: new Set(), failed: { slot: 2 } });
  });

  test('is not that of another roll', () => {
    const of = rollProgress(1, 3, []);
    advance(of, begin(1, 2));
    expect(of.lastBegun).toBe(0);
  });

  test('reaches no further than the lowest size since, and waits for the workers of closed slots', () => {
    const of = rollProgress(1, 4, []);
    for (const event of [begin(1), begin(2), begin(3)]) advance(of, event);
    shrink(of, 2, [8, 9]);
    expect(of).toMatchObject({ lastSlot: 2, inProgress: new Set([1, 2]), outgoing: new Set([8, 9]) });
    shrink(of, 4, []);
    expect(of.lastSlot).toBe(2);
  });

  test('waits for no slot that was closed just before its replace-begin was delivered', () => {
    const of = rollProgress(1, 3, []);
    advance(of, begin(1));
    shrink(of, 1, []);
    advance(of, begin(2));
    expect(of).toMatchObject({ lastBegun: 2, lastSlot: 1, inProgress: new Set([1]) });
  });
});
