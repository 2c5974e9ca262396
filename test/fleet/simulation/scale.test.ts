import { expect, test } from 'vitest';
import { scaleOf } from './scale.js';

test('a restart of ten hosts takes the canary, the soak, and a batch after the other, and writes three times for each host that is asked alone', () => {
  expect(scaleOf(10, 1)).toMatchObject({ seconds: 20 + 60 + 9 * 20, rollWrites: 1 + 3 * 10 + 1 });
});

test('hosts of a batch are asked in one write', () => {
  expect(scaleOf(10, 3)).toMatchObject({ seconds: 20 + 60 + 3 * 20, rollWrites: 1 + 3 + 3 + 2 * 9 + 1 });
});
