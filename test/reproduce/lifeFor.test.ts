import { expect, test } from 'vitest';
import { lifeFor } from '../../src/reproduce/lifeFor.js';
import type { Life } from '../../src/reproduce/script.js';

const life = (slot: number, at: number, online: number, more: Partial<Life> = {}): Life => ({
  slot,
  at,
  online,
  ...more,
});

test('a worker lives as the recorded one of its slot that was forked nearest to it in time', () => {
  const lives = lifeFor([life(1, 0, 30), life(1, 9_000, 31), life(2, 8_000, 32)]);
  expect([lives(1, 0).online, lives(1, 5_000).online, lives(1, 60_000).online, lives(2, 0).online]).toEqual([
    30, 31, 31, 32,
  ]);
});

test('of those that were forked in the same moment each has its turn', () => {
  const lives = lifeFor([life(1, 5, 30), life(1, 5, 31)]);
  expect([lives(1, 5).online, lives(1, 5).online, lives(1, 5).online]).toEqual([30, 31, 30]);
});

test('a slot that is not recorded has the lives of all slots, and a cluster without one is healthy', () => {
  expect(lifeFor([life(0, 0, 29), life(1, 0, 30)])(7, 0).online).toBe(30);
  expect(lifeFor([])(1, 0)).toEqual({});
});

test('what it does it does at the recorded moment if its fork is almost when it was, and otherwise at the same age', () => {
  const recorded = life(1, 1_000, 30, {
    listening: 40,
    opens: [{ after: 50, port: 81 }],
    saysReady: 60,
    says: [{ after: 70, messages: ['m'] }],
    walksOut: 80,
    terminated: 90,
    crashes: { after: 100, code: 1 },
    hangs: { after: 110, how: 'loop' },
    leaves: 5,
    terminates: 6,
  });
  expect(lifeFor([recorded])(1, 980)).toEqual({
    online: 50,
    listening: 60,
    opens: [{ after: 70, port: 81 }],
    saysReady: 80,
    says: [{ after: 90, messages: ['m'] }],
    walksOut: 100,
    terminated: 110,
    crashes: { after: 120, code: 1 },
    hangs: { after: 130, how: 'loop' },
    leaves: 5,
    terminates: 6,
  });
  const { slot, at, ...behaviour } = recorded;
  expect([lifeFor([recorded])(slot, at - 251), lifeFor([recorded])(slot, at + 6)]).toEqual([behaviour, behaviour]);
  expect(lifeFor([recorded])(1, 1_003)).toMatchObject({ online: 27 });
});

test('a worker uses the memory and has answered the requests of its latest sample', () => {
  const { usage, report } = lifeFor([
    life(1, 0, 30, {
      samples: [
        { after: 100, rss: 5 },
        { after: 200, rss: 6, requests: 7 },
        { after: 300, rss: 8 },
      ],
    }),
  ])(1, 0);
  expect([99, 100, 250, 400].map((age) => usage?.(age).rss)).toEqual([undefined, 5, 6, 8]);
  expect([150, 400].map((age) => report?.(age)?.requests?.completed)).toEqual([undefined, 7]);
});

test('a standby worker beyond the recorded ones boots and waits', () => {
  const crashes = { after: 900, code: 1 };
  const life = lifeFor([
    { slot: 0, at: 1_000, online: 60, listening: 60, leaves: 5, crashes },
    { slot: 0, at: 3_000, online: Infinity, listening: false, leaves: 5 },
  ]);
  expect(life(0, 1_000)).toMatchObject({ listening: 60, crashes });
  expect(life(0, 3_000)).toMatchObject({ listening: false });
  expect(life(0, 4_000)).toEqual({ online: 60, listening: 60, leaves: 5 });
});
