import { expect, test } from 'vitest';
import { beside } from '../../src/cli/beside.js';

const drawn = (left: readonly string[], right: readonly string[], width: number) =>
  beside(left.join('\n'), right.join('\n'), width).split('\n');

test('two texts have half of the width each, and the right one begins in one column', () => {
  expect(drawn(['before', 'f--x'], ['after', 'f----'], 22)).toEqual(['before      after', 'f--x        f----']);
});

test('the longer one goes on alone, and no line ends with spaces', () => {
  expect(drawn(['a', 'b', ''], ['c'], 10)).toEqual(['a     c', 'b', '']);
  expect(drawn(['a'], ['c', 'd'], 10)).toEqual(['a     c', '      d']);
});

test('lines that are too long are cut, and no line is wider than the terminal', () => {
  const long = 'f'.repeat(100);
  expect(drawn([long], [long], 20)).toEqual([`${'f'.repeat(8)}…  ${'f'.repeat(8)}…`]);
  for (const width of [20, 21, 80, 81]) expect(drawn([long], [long], width)[0]?.length).toBeLessThanOrEqual(width);
});

test('a character that takes two units of a string moves nothing', () => {
  expect(drawn(['\u{1f680}', 'a'], ['c', 'd'], 10)).toEqual(['\u{1f680}     c', 'a     d']);
});
