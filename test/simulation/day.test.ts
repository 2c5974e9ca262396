import { expect, test } from 'vitest';
import { days } from './day.js';
import { violation } from './invariants.js';
import type { History } from './run.js';
import { firstSeed } from './simulate.js';
import { verify } from './verify.js';

const runs = 12;

test(`days of crashes, hangs, age, restarts, pauses and scaling break no invariant: SEED=${firstSeed}`, () => {
  const seen = new Set<string>();
  const check = (history: History): string | undefined => {
    for (const { type } of history.events) seen.add(type);
    return violation(history);
  };
  expect(verify(days, runs, check, firstSeed)).toBe(runs);
  // The days are as eventful as they say.
  expect([...seen]).toEqual(
    expect.arrayContaining(['recycle', 'restart-end', 'departure', 'scale', 'pause', 'resume', 'hung']),
  );
}, 120_000);
