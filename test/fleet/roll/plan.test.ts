import { describe, expect, test } from 'vitest';
import { rollPlan } from '../../../src/fleet/roll/plan.js';

describe('a plan', () => {
  test('has defaults', () => {
    const defaults = { canary: 1, batch: 1, soak: 60_000, hostTimeout: 300_000, maxFailures: 0, maxCrashes: 0 };
    expect(rollPlan({ batch: undefined })).toEqual(defaults);
    expect(rollPlan({ batch: 5, maxP99: 100 })).toEqual({ ...defaults, batch: 5, maxP99: 100 });
  });
  test.each([
    [{ batch: 0 }, 'roll.batch: expected a whole number of hosts from 1 to 10000, got 0'],
    [{ soak: 1.5 }, 'roll.soak: expected a whole number of ms from 0 to 2147483647, got 1.5'],
    [{ canary: -1 }, 'roll.canary: expected a whole number of hosts from 1'],
    [{ maxP99: 0 }, 'roll.maxP99: expected a whole number of ms from 1'],
    [{ batches: 1 }, 'roll.batches: expected an option of a roll. There are canary, batch, soak'],
  ])('of %j is refused', (options: object, message) => {
    expect(() => rollPlan(options)).toThrow(message);
  });
});
