import { expect, test } from 'vitest';
import type { PauseBehaviour } from '../../../src/features/pause/simulated.js';
import { simulate } from '../../../src/testing.js';

test('every field that it adds to the behaviour of a simulated worker has a rule', () => {
  const all: Required<PauseBehaviour> = { turns: 1, cannotPause: 'no reason' };
  expect(simulate({ worker: 1 }, { duration: 100, workers: [all] }).events.length).toBeGreaterThan(3);
});
