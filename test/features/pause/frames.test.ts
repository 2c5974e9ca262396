import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTurn, isTurned } from '../../../src/features/pause/frames.js';

test('a frame that fits is read', () => {
  expect(isTurn({ accept: true, n: 1 })).toBe(true);
  expect(isTurned({ accepts: false, n: 1 })).toBe(true);
  expect(isTurned({ accepts: true, n: 1, why: 'it cannot' })).toBe(true);
});

test.each([
  undefined,
  null,
  'accepts',
  {},
  { n: 1 },
  { accepts: 1, n: 1 },
  { accepts: true, n: '1' },
  { accepts: true, n: 1, why: 1 },
  { accepts: true, n: 1, why: 'x'.repeat(8_193) },
])('an answer that does not fit is not read: %j', (frame) => expect(isTurned(frame)).toBe(false));

const read = (frame: unknown) => [isTurned(frame), isTurn(frame)];

test('whatever a worker sends is read or not, and throws nothing', () => {
  expect(() => fc.assert(fc.property(fc.anything(), (frame) => read(frame).length === 2))).not.toThrow();
});
