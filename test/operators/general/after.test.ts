import { afterEach, describe, expect, test, vi } from 'vitest';
import { mergeMap } from 'rxjs';
import { after } from '../../../src/operators/general/after.js';
import { marbles } from '../../marbles.js';

const longest = 2 ** 31 - 1;

marbles('after emits 0 once and completes', ({ expectObservable }) => {
  expectObservable(after(3)).toBe('---(0|)', { 0: 0 });
});

marbles('after no time emits in the same millisecond', ({ expectObservable }) => {
  expectObservable(after(0)).toBe('(0|)', { 0: 0 });
});

marbles('after(Infinity) never emits', ({ expectObservable }) => {
  expectObservable(after(Infinity), `${3 * longest}ms !`).toBe('-');
});

marbles('after counts from each subscription', ({ hot, expectObservable }) => {
  const starts = hot('  a--b-----');
  const expected = '    --0--0---';

  expectObservable(starts.pipe(mergeMap(() => after(2)))).toBe(expected, { 0: 0 });
});

marbles('after more than 2^31 - 1 ms emits on time', ({ expectObservable }) => {
  expectObservable(after(longest + 5)).toBe(`${longest + 5}ms (0|)`, { 0: 0 });
  expectObservable(after(3 * longest)).toBe(`${3 * longest}ms (0|)`, { 0: 0 });
});

const clocked = (ms: number) => {
  vi.useFakeTimers();
  const heard: string[] = [];
  const subscription = after(ms).subscribe({ next: () => heard.push('0'), complete: () => heard.push('|') });
  return { heard, subscription };
};

// TestScheduler has no longest timeout; Node has, and so has vitest's clock.
describe("on Node's timers", () => {
  afterEach(() => vi.useRealTimers());

  test('more than 2^31 - 1 ms is neither early nor late', () => {
    const { heard } = clocked(2 * longest + 5);
    vi.advanceTimersByTime(2 * longest + 4);
    expect(heard).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual(['0', '|']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('exactly 2^31 - 1 ms is one timer', () => {
    const { heard } = clocked(longest);
    vi.advanceTimersToNextTimer();
    expect(heard).toEqual(['0', '|']);
  });

  test('Infinity needs no timer', () => {
    clocked(Infinity);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([3, longest + 5])('unsubscribing leaves no timer of %d ms', (ms) => {
    const { subscription } = clocked(ms);
    expect(vi.getTimerCount()).toBe(1);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('unsubscribing clears the second timer of a long delay', () => {
    const { subscription, heard } = clocked(longest + 5);
    vi.advanceTimersByTime(longest + 1);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
    expect(heard).toEqual([]);
  });
});
