import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairLines } from '../../../src/testing/diagrams/pairLines.js';

const pairs = (one: string, other: string) =>
  pairLines(Array.from(one), Array.from(other)).map(
    ([at, otherAt]) => `${one[at ?? -1] ?? '·'}${other[otherAt ?? -1] ?? '·'}`,
  );

test.each([
  ['abc', 'abc', 'aa bb cc'],
  ['abc', 'ac', 'aa b· cc'],
  ['ac', 'abc', 'aa ·b cc'],
  ['abc', 'axc', 'aa bx cc'],
  ['abcd', 'bcde', 'a· bb cc dd ·e'],
  ['', 'ab', '·a ·b'],
  ['ab', '', 'a· b·'],
])('the lines of %s and %s are %s', (one, other, expected) => {
  expect(pairs(one, other).join(' ')).toBe(expected);
});

test('every line of both sides is in one pair, in its order', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (one, other) => {
      const paired = pairLines(one, other);
      expect(paired.flatMap(([at]) => at ?? [])).toEqual([...one.keys()]);
      expect(paired.flatMap(([, at]) => at ?? [])).toEqual([...other.keys()]);
    }),
  );
});

test('many lines that differ are paired in turn, without a comparison of each with each', () => {
  const one = Array.from({ length: 2_000 }, (_, index) => `one ${index}`);
  const other = Array.from({ length: 2_000 }, (_, index) => `other ${index}`);
  expect(pairLines(['same', ...one], ['same', ...other]).slice(0, 2)).toEqual([
    [0, 0],
    [1, 1],
  ]);
});
