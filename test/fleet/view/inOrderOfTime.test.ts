import { concat, count, filter, from, map, NEVER, take } from 'rxjs';
import { marbles } from '../../marbles.js';
import { inOrderOfTime } from '../../../src/fleet/view/inOrderOfTime.js';

const timed = { a: { time: 1 }, b: { time: 2 }, c: { time: 3 }, d: { time: 4 } };
const asLetter = map(({ time }: { readonly time: number }) => 'abcd'[time - 1]);

marbles('values are held for a while, and follow in the order of their times', ({ cold, expectObservable }) => {
  const source$ = cold('     -c-a--b---------|', timed);
  //                         ----t---t---t---t
  expectObservable(source$.pipe(inOrderOfTime(4), asLetter)).toBe('--------(abc)---|');
});

marbles('one that comes too late follows the others', ({ cold, expectObservable }) => {
  const source$ = cold('     -c-------a------|', timed);
  expectObservable(source$.pipe(inOrderOfTime(4), asLetter)).toBe('--------c-------(a|)');
});

marbles('what is held follows at the end of the source', ({ cold, expectObservable }) => {
  const source$ = cold('     -dc(ba|)', timed);
  expectObservable(source$.pipe(inOrderOfTime(100), asLetter)).toBe('---(abcd|)');
});

marbles('nothing is held after an error', ({ cold, expectObservable }) => {
  expectObservable(cold('-d#', timed).pipe(inOrderOfTime(100), asLetter)).toBe('--#');
});

marbles('150,000 values at once follow in the order of their times', ({ expectObservable }) => {
  const many = Array.from({ length: 150_000 }, (_, index) => ({ time: 150_000 - index }));
  let last = 0;
  const inOrder$ = concat(from(many), NEVER).pipe(
    inOrderOfTime(100),
    filter(({ time }) => time === ++last),
    take(many.length),
    count(),
  );
  expectObservable(inOrder$).toBe('200ms (n|)', { n: many.length });
});
