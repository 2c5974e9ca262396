import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { letters, signOf } from '../../src/drawing/alphabet.js';
import { inRows } from '../../src/drawing/pictureOf.js';
import { eventTypes } from '../../src/features/eventTypes.js';
import { life, stamped } from '../marbles.js';

const legend = readFileSync(new URL('../../marbles/README.md', import.meta.url), 'utf8');

test('every type of event has one letter, and every letter is that of one type', () => {
  expect(Object.keys(letters).toSorted()).toEqual(eventTypes.toSorted());
  expect(Object.values(letters).filter((letter) => !/^[A-Za-z@%~=]$/.test(letter))).toEqual([]);
  expect(new Set(Object.values(letters)).size).toBe(eventTypes.length);
});

test('only an exit as asked and SIGTERM have a sign that is not their letter', () => {
  const { f, k, t, w, x } = life();

  expect([f, t, k, x, w].map((draft) => signOf(stamped(draft))).join('')).toBe('ftk|x');
  expect(signOf(stamped({ ...k, signal: 'SIGTERM' }))).toBe('q');
  expect(Object.values(letters)).not.toContain('q');
});

test.for(Object.entries(letters))('the legend of marbles/ explains %s', ([type, letter]) => {
  expect(legend).toContain(`\n${letter} ${type}\n`);
});

test.for([...inRows])('the legend of the rows explains %s', (type) => {
  const [, rows = ''] = /## Signs.*?```(.*?)```/s.exec(legend) ?? [];

  expect(rows).toMatch(new RegExp(`^${letters[type]} `, 'm'));
});
