import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffDelay } from '../../../src/operators/respawn/backoffDelay.js';

const pace = { initial: 100, factor: 2, max: 1000, jitter: 0 };
const waits = (changes: Partial<typeof pace>, random = 0.5) =>
  [0, 1, 2, 3, 4, 5].map((failures) => backoffDelay({ ...pace, ...changes }, failures, random));

describe('the wait before a respawn', () => {
  test('is multiplied with each failure, up to the longest', () => {
    expect(waits({})).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  test('stays the same with the factor 1', () => {
    expect(waits({ factor: 1 })).toEqual([100, 100, 100, 100, 100, 100]);
  });

  test('is a whole number of ms', () => {
    expect(waits({ initial: 1, factor: 1.5 })).toEqual([1, 2, 2, 3, 5, 8]);
  });

  test('stays the longest after any number of failures', () => {
    expect(backoffDelay(pace, 5000, 0.5)).toBe(1000);
  });

  test('is none without an initial one, after any number of failures', () => {
    expect(backoffDelay({ ...pace, initial: 0 }, 0, 0.5)).toBe(0);
    expect(backoffDelay({ ...pace, initial: 0 }, 5000, 0.5)).toBe(0);
  });

  test('is shorter or longer by its random part', () => {
    expect(waits({ jitter: 0.2 }, 0)).toEqual([80, 160, 320, 640, 800, 800]);
    expect(waits({ jitter: 0.2 }, 0.5).slice(0, 4)).toEqual(waits({}).slice(0, 4));
    expect(waits({ jitter: 0.2 }, 1)).toEqual([120, 240, 480, 960, 1000, 1000]);
  });

  const anyPace = fc.record({
    initial: fc.double({ min: 0, max: 1e6, noNaN: true }),
    factor: fc.double({ min: 1, max: 100, noNaN: true }),
    max: fc.oneof(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.constant(Infinity)),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('is never longer than the longest, whatever the jitter', () => {
    fc.assert(
      fc.property(anyPace, fc.nat(2_000), chance, (any, failures, random) => {
        const wait = backoffDelay(any, failures, random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(any.max);
      }),
    );
  });

  test('keeps its random part below the longest: no two chances lead to the same wait there', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.integer({ min: 0, max: 99 }), (failures, part) => {
        const jittery = { initial: 100, factor: 2, max: 10_000, jitter: 0.2 };
        const [wait, next] = [part / 100, (part + 1) / 100].map((random) =>
          backoffDelay(jittery, failures + 7, random),
        );
        expect(next).toBe((wait ?? 0) + 20);
      }),
    );
  });

  test('knows no chance without jitter', () => {
    expect(waits({}, 0)).toEqual(waits({}, 0.99));
  });
});
