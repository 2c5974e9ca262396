import { expect, test } from 'vitest';
import type { HealthBehaviour } from '../../../src/features/health/simulated.js';
import { simulate } from '../../../src/testing.js';

test('every field that it adds to the behaviour of a simulated worker has a rule', () => {
  const all: Required<HealthBehaviour> = {
    hangs: { after: 20, for: 3, how: 'loop' },
    answersHeartbeats: [{ after: 0, takes: 1 }],
  };
  expect(simulate({ worker: 1 }, { duration: 100, workers: [all] }).events.length).toBeGreaterThan(3);
});
