import { expect, test } from 'vitest';
import { traffic } from '../../src/registry/traffic.js';

test('messages and lines are counted by slot, and the counts are copies', () => {
  const counted = traffic();
  expect(counted.counts()).toEqual([]);
  counted.addMessages(2, 512);
  counted.addLines(2, 'stderr', 3);
  counted.addLines(1, 'stdout', 1);
  const before = counted.counts();
  counted.addMessages(2, 1);
  expect(before).toEqual([
    { slot: 2, messages: 512, stdoutLines: 0, stderrLines: 3 },
    { slot: 1, messages: 0, stdoutLines: 1, stderrLines: 0 },
  ]);
  expect(counted.counts()[0]).toMatchObject({ messages: 513 });
});
