import { expect, test } from 'vitest';
import { whyFailed } from '../../../src/fleet/roll/restartService.js';

const cause = { why: 'worker 5 exited with code 1' };

test('a host whose restart failed says why, and which slots have the new code', () => {
  expect(whyFailed({ outcome: 'aborted', replaced: [], kept: [1, 2], cause })).toBe('worker 5 exited with code 1');
  expect(whyFailed({ outcome: 'aborted', replaced: [1], kept: [2, 3], cause })).toBe(
    'worker 5 exited with code 1; the new code runs in slot 1, the old in slots 2, 3',
  );
  expect(whyFailed({ outcome: 'cancelled', replaced: [1, 2], kept: [], cause })).toBe(
    'worker 5 exited with code 1; the new code runs in slots 1, 2',
  );
});
