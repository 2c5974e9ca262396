import { map } from 'rxjs';
import { withPassed } from '../../../src/fleet/roll/withPassed.js';
import { marbles } from '../../marbles.js';

/** Values are the waits of that moment: `'x3 y5'` waits 3 ms for x and 5 ms for y. */
const waitsOf = (value: string): ReadonlyMap<string, number> =>
  new Map(
    value
      .split(' ')
      .filter((wait) => wait !== '')
      .map((wait) => [wait.charAt(0), Number(wait.slice(1))]),
  );

/** What has passed, by name. */
const passed = map(([, names]: readonly [string, ReadonlySet<string>]) => Array.from(names).toSorted().join('') || '-');

const xThenY = (_: string, done: ReadonlySet<string>) =>
  new Map([['x', 2], ...(done.has('x') ? [['y', 3] as const] : [])]);
const centuries = () => new Map([['x', 2 ** 45]]);

const results = { 0: '-', x: 'x', y: 'y', b: 'xy' };

marbles('says with each value which waits have lasted their time, and when they have', ({ cold, expectObservable }) => {
  const source$ = cold('   a----b----c------', { a: 'x7 y2', b: 'x7', c: 'x7 y2' });
  const result = '         0-y--0-x--x-b----';
  expectObservable(source$.pipe(withPassed(waitsOf), passed)).toBe(result, results);
});

marbles('a wait that is interrupted begins anew', ({ cold, expectObservable }) => {
  const source$ = cold('   a---b-c----------', { a: 'x5', b: '', c: 'x5' });
  const result = '         0---0-0----x-----';
  expectObservable(source$.pipe(withPassed(waitsOf), passed)).toBe(result, results);
});

marbles('and one that had passed is forgotten', ({ cold, expectObservable }) => {
  const source$ = cold('   a---b-c----------', { a: 'x2', b: '', c: 'x2' });
  const result = '         0-x-0-0-x--------';
  expectObservable(source$.pipe(withPassed(waitsOf), passed)).toBe(result, results);
});

marbles('a wait goes on from its beginning, whatever time the values after it give it', (helpers) => {
  const { cold, expectObservable } = helpers;
  const source$ = cold('   a--b-------------', { a: 'x5', b: 'x9' });
  const result = '         0--0-x-----------';
  expectObservable(source$.pipe(withPassed(waitsOf), passed)).toBe(result, results);
});

marbles('more waits can follow from what has passed', ({ cold, expectObservable }) => {
  const result = '         0-x--b-----------';
  expectObservable(cold('  a----------------').pipe(withPassed(xThenY), passed)).toBe(result, results);
});

marbles('a wait that is longer than a timer can be does not pass at once', ({ cold, expectObservable }) => {
  expectObservable(cold('a----').pipe(withPassed(centuries), passed), '^ 1m !').toBe('0', results);
});

marbles('completes and errors with the source, and no wait is left', ({ cold, expectObservable }) => {
  expectObservable(cold('a-|', { a: 'x5' }).pipe(withPassed(waitsOf), passed)).toBe('0-|', results);
  expectObservable(cold('a-#', { a: 'x5' }).pipe(withPassed(waitsOf), passed)).toBe('0-#', results);
});
