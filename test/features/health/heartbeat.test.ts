import { describe, expect, test } from 'vitest';
import { heartbeat } from '../../../src/features/health/heartbeat.js';

/** A process that is asked every 10 ms, by a clock that is set. */
const beating = () => {
  const clock = { now: 1_000 };
  const { beat, answer } = heartbeat(10, () => clock.now);
  const after = (ms: number) => {
    clock.now += ms;
    return beat();
  };
  return { clock, answer, after, first: beat() };
};

describe('heartbeats', () => {
  test('the next ping is sent when the last one has been answered', () => {
    const { after, answer, first } = beating();
    expect(first).toEqual({ ping: 1 });
    expect(answer(1)).toBe(0);
    expect(after(10)).toEqual({ ping: 2 });
    expect(after(10)).toEqual({ silent: 10, late: false });
    expect(after(10)).toEqual({ silent: 20, late: false });
    expect(answer(2)).toBe(20);
    expect(after(10)).toEqual({ ping: 3 });
    expect(after(10)).toEqual({ silent: 10, late: false });
  });

  test('an answer counts once, and only one to the last ping', () => {
    const { after, answer } = beating();
    expect(answer(2)).toBeUndefined();
    expect(answer(1)).toBe(0);
    expect(answer(1)).toBeUndefined();
    after(10);
    expect(answer(1)).toBeUndefined();
    expect(answer(2)).toBe(0);
  });

  test('a beat that is late itself counts for nothing', () => {
    const { after } = beating();
    after(10);
    expect(after(3_600_000)).toEqual({ silent: 10, late: true });
    expect(after(15)).toEqual({ silent: 25, late: false });
    expect(after(16)).toEqual({ silent: 25, late: true });
    expect(after(2)).toEqual({ silent: 27, late: false });
  });

  test('the time that the master was stopped is part of how long the answer took', () => {
    const { after, answer } = beating();
    after(3_600_000);
    expect(answer(1)).toBe(3_600_000);
  });
});
