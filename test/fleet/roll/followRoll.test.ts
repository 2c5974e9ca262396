import { map } from 'rxjs';
import { followRoll } from '../../../src/fleet/roll/followRoll.js';
import type { RollEntry } from '../../../src/fleet/roll/rolls.js';
import { marbles } from '../../marbles.js';
import { pictureOf, roll } from './records.js';

const entry = (revision: number, record = roll('w'), service = 'shop'): RollEntry => ({ service, revision, record });
const followed = followRoll('shop', 'one', 5);
const picture = map(pictureOf);

marbles('the record since its revision and each change, until the roll is settled', ({ cold, expectObservable }) => {
  const source$ = cold('o-a-b-x-c-d---', {
    o: entry(4, roll('dd', { phase: 'done' })),
    a: entry(5, roll('aw')),
    b: entry(6, roll('rw')),
    x: entry(7, roll('dd', { phase: 'done' }), 'web'),
    c: entry(8, roll('da')),
    d: entry(9, roll('dd', { phase: 'done' })),
  });
  const result = '      --a-b---c-(d|)';
  expectObservable(source$.pipe(followed, picture)).toBe(result, { a: 'aw', b: 'rw', c: 'da', d: 'dd' });
});

marbles('one that has halted goes on until hosts that have begun have reported', ({ cold, expectObservable }) => {
  const source$ = cold('a-b-c-', {
    a: entry(5, roll('fr')),
    b: entry(6, roll('fr', { phase: 'halted' })),
    c: entry(7, roll('fd', { phase: 'halted' })),
  });
  expectObservable(source$.pipe(followed, picture)).toBe('a-b-(c|)', { a: 'fr', b: 'fr', c: 'fd' });
});

marbles(
  'ends when another roll of the service has taken its place',
  ({ cold, expectObservable, expectSubscriptions }) => {
    const source$ = cold('a-b-', { a: entry(5), b: entry(6, roll('w', { id: 'two' })) });
    expectObservable(source$.pipe(followed, picture)).toBe('a-|', { a: 'w' });
    expectSubscriptions(source$.subscriptions).toBe('^-!');
  },
);

marbles('and when its record was deleted, or cannot be read any more', ({ cold, expectObservable }) => {
  const gone: RollEntry = { service: 'shop', revision: 6 };
  expectObservable(cold('a-b-', { a: entry(5), b: gone }).pipe(followed, picture)).toBe('a-|', { a: 'w' });
  const unreadable: RollEntry = { ...gone, problem: 'no record' };
  expectObservable(cold('a-b-', { a: entry(5), b: unreadable }).pipe(followed, picture)).toBe('a-|', { a: 'w' });
});
