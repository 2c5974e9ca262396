import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePong, isCloseInspector, isHello, isPing } from '../../../src/features/health/frames.js';

test('an answer is read', () => {
  const pong = { pong: 3, utilization: 0.5, inspected: true };
  expect(decodePong({ ...pong, of: 'a newer version' })).toEqual(pong);
});

test('what a worker says wrong of itself is left out', () => {
  for (const utilization of [-1, 1.1, Number.NaN, '?', null, {}])
    expect(decodePong({ pong: 3, utilization, inspected: 1 })).toEqual({ pong: 3, utilization: 0, inspected: false });
  expect(decodePong({ pong: 3 })).toEqual({ pong: 3, utilization: 0, inspected: false });
});

test('anything can be read', () => {
  const fields = fc.record({ pong: fc.anything(), utilization: fc.anything(), inspected: fc.anything() });
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fields), (frame) => {
      const pong = decodePong(frame);
      expect([isHello(frame), isPing(frame), isCloseInspector(frame)]).toEqual([false, false, false]);
      const { utilization } = pong ?? { utilization: 0 };
      expect(utilization >= 0 && utilization <= 1).toBe(true);
    }),
  );
});
