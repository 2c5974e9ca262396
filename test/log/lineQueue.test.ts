import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineQueue } from '../../src/log/lineQueue.js';

test('a text that does not fit is refused, except into an empty queue', () => {
  const waiting = lineQueue(10);
  expect(waiting.push('12345678901234')).toBe(true);
  expect(waiting.push('1')).toBe(false);
  waiting.drop(5);
  expect(waiting.push('1')).toBe(true);
  expect(Buffer.concat(waiting.first(100)).toString()).toBe('6789012341');
  expect(waiting.push('2')).toBe(false);
});

test('texts come out in order, and reused memory contains nothing old', () => {
  // Small texts, and texts of about the size of a slab.
  const text = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 2 ** 18, max: 2 ** 20 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.oneof(fc.constant(100), fc.nat(100)))), (steps) => {
      const waiting = lineQueue(2 ** 22);
      let [into, out] = ['', ''];
      for (const [index, [length, percent]] of steps.entries()) {
        const more = String.fromCodePoint(97 + (index % 26)).repeat(length);
        if (waiting.push(more)) into += more;
        const [first = Buffer.alloc(0)] = waiting.first(1);
        const some = Math.floor((first.length * percent) / 100);
        out += first.subarray(0, some).toString();
        waiting.drop(some);
        expect(waiting.bytes()).toBe(into.length - out.length);
      }
      expect(Buffer.concat(waiting.after(0)).equals(Buffer.concat(waiting.first(Infinity)))).toBe(true);
      expect(out + Buffer.concat(waiting.first(Infinity)).toString() === into).toBe(true);
    }),
    { numRuns: 20 },
  );
});
