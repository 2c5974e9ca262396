import { expect, test } from 'vitest';
import { misfit, sparing } from '../../src/host/misfit.js';

test('of a flood of complaints the first is told at once, and the next after 10 s with how many were left out', () => {
  let now = 0;
  const told: string[] = [];
  const complain = sparing(
    (what) => told.push(what),
    () => now,
  );
  for (let count = 0; count < 1_000; count += 1) complain('bad');
  now = 9_999;
  complain('bad');
  expect(told).toEqual(['bad']);
  now = 10_000;
  complain('bad');
  complain('bad');
  expect(told.slice(1)).toEqual(['bad (and 1000 more like it since the last report)']);
});

test('a frame that does not fit is named by its kind, whatever that is', () => {
  expect(misfit(3, 'NODE_PROTEUS_CLUSTER:cut')).toMatch(/^worker 3 .*\(NODE_PROTEUS_CLUSTER:cut\)/);
  expect(misfit(3, 'x'.repeat(1_000_000)).length).toBeLessThan(400);
});
