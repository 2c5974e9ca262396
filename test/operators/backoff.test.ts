import { describe, expect, test } from 'vitest';
import { backoff } from '../../src/operators/backoff.js';

const pace = { initial: 100, factor: 2, max: 1000, jitter: 0 };
const waits = (changes: Partial<typeof pace>, random = 0.5) =>
  [0, 1, 2, 3, 4, 5].map((failures) => backoff({ ...pace, ...changes }, failures, random));

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
    expect(backoff(pace, 5000, 0.5)).toBe(1000);
  });

  test('is none without an initial one, after any number of failures', () => {
    expect(backoff({ ...pace, initial: 0 }, 0, 0.5)).toBe(0);
    expect(backoff({ ...pace, initial: 0 }, 5000, 0.5)).toBe(0);
  });

  test('is shorter or longer by its random part', () => {
    expect(waits({ jitter: 0.2 }, 0)).toEqual([80, 160, 320, 640, 800, 800]);
    expect(waits({ jitter: 0.2 }, 0.5)).toEqual(waits({}));
    expect(waits({ jitter: 0.2 }, 1)).toEqual([120, 240, 480, 960, 1200, 1200]);
  });

  test('knows no chance without jitter', () => {
    expect(waits({}, 0)).toEqual(waits({}, 0.99));
  });
});
