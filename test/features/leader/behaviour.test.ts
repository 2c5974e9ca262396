import { expect, test } from 'vitest';
import type { LeaderBehaviour } from '../../../src/features/leader/simulated.js';
import { simulate } from '../../../src/testing.js';

test('every field that it adds to the behaviour of a simulated worker has a rule', () => {
  const all: Required<LeaderBehaviour> = { resigns: 1 };
  expect(simulate({ worker: 1 }, { duration: 100, workers: [all] }).events.length).toBeGreaterThan(3);
});
