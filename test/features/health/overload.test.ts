import { expect, test } from 'vitest';
import { overload } from '../../../src/features/health/overload.js';

/** What follows from answers that are late (`l`) or in time (`t`): `b` begins, `e` ends. */
const follow = (answers: string): string => {
  const observe = overload();
  return Array.from(
    answers,
    (answer) => ({ begins: 'b', ends: 'e', none: '-' })[observe(answer === 'l') ?? 'none'],
  ).join('');
};

test('three late answers in a row are an overload, and three in time end it', () => {
  expect(follow('lllttt')).toBe('--b--e');
  expect(follow('lllllltttt')).toBe('--b-----e-');
});

test('a signal that goes to and fro changes nothing', () => {
  expect(follow('lltlltlltllt')).toBe('------------');
  expect(follow('lllttlttlttl')).toBe('--b---------');
});
