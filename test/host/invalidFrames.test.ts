import { expect, test } from 'vitest';
import { invalidFrameText, limitReports } from '../../src/host/invalidFrames.js';

test('the first of many reports passes at once, the next after 10 s with the number of those left out', () => {
  let now = 0;
  const told: string[] = [];
  const complain = limitReports(
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

test('the text for an invalid frame names its kind, whatever that is', () => {
  expect(invalidFrameText(3, 'NODE_PROTEUS_CLUSTER:cut')).toMatch(/^worker 3 .*\(NODE_PROTEUS_CLUSTER:cut\)/);
  expect(invalidFrameText(3, 'x'.repeat(1_000_000)).length).toBeLessThan(400);
});
