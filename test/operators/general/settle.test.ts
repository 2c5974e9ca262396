import { settle } from '../../../src/operators/general/settle.js';
import { marbles } from '../../marbles.js';

marbles('settle emits all that came, once nothing has come for so long', ({ hot, expectObservable }) => {
  const source = hot('a-b-------c------');
  const expected = '  -----x-------y---';

  expectObservable(source.pipe(settle(3))).toBe(expected, { x: ['a', 'b'], y: ['c'] });
});

marbles(
  'settle counts from the latest, and who comes in the very millisecond is still in time',
  ({ hot, expectObservable }) => {
    const source = hot('a--b--c---d------');
    const expected = '  ---------x---y---';

    expectObservable(source.pipe(settle(3))).toBe(expected, { x: ['a', 'b', 'c'], y: ['d'] });
  },
);

marbles('settle says nothing where nothing came, and what still waited at the end', ({ cold, expectObservable }) => {
  expectObservable(cold('---|').pipe(settle(1))).toBe('---|');
  expectObservable(cold('a-b|').pipe(settle(5))).toBe('---(x|)', { x: ['a', 'b'] });
});

marbles('settle passes an error on at once, and what waited is gone', ({ cold, expectObservable }) => {
  expectObservable(cold('a-#').pipe(settle(5))).toBe('--#');
});

marbles('settle of Infinity waits for the end', ({ cold, expectObservable }) => {
  expectObservable(cold('a 9s b|').pipe(settle(Infinity))).toBe('9002ms (x|)', { x: ['a', 'b'] });
});

marbles('settle lets go of the source when nobody listens', ({ hot, expectObservable, expectSubscriptions }) => {
  const source = hot(' a-------');
  const unsubscribed = '--!     ';

  expectObservable(source.pipe(settle(3)), unsubscribed).toBe('-');
  expectSubscriptions(source.subscriptions).toBe('^-!');
});
