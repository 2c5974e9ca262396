import { settle } from '../../../src/operators/general/settle.js';
import { marbles } from '../../marbles.js';

marbles('settle emits the collected values after a silence', ({ hot, expectObservable }) => {
  const source = hot('a-b-------c------');
  const expected = '  -----x-------y---';

  expectObservable(source.pipe(settle(3))).toBe(expected, { x: ['a', 'b'], y: ['c'] });
});

marbles(
  'settle measures from the latest value, and a value in the last millisecond still belongs to it',
  ({ hot, expectObservable }) => {
    const source = hot('a--b--c---d------');
    const expected = '  ---------x---y---';

    expectObservable(source.pipe(settle(3))).toBe(expected, { x: ['a', 'b', 'c'], y: ['d'] });
  },
);

marbles('settle emits no empty array, and emits the rest on completion', ({ cold, expectObservable }) => {
  expectObservable(cold('---|').pipe(settle(1))).toBe('---|');
  expectObservable(cold('a-b|').pipe(settle(5))).toBe('---(x|)', { x: ['a', 'b'] });
});

marbles('settle passes an error on at once and drops the rest', ({ cold, expectObservable }) => {
  expectObservable(cold('a-#').pipe(settle(5))).toBe('--#');
});

marbles('settle(Infinity) waits for completion', ({ cold, expectObservable }) => {
  expectObservable(cold('a 9s b|').pipe(settle(Infinity))).toBe('9002ms (x|)', { x: ['a', 'b'] });
});

marbles('settle unsubscribes from the source', ({ hot, expectObservable, expectSubscriptions }) => {
  const source = hot(' a-------');
  const unsubscribed = '--!     ';

  expectObservable(source.pipe(settle(3)), unsubscribed).toBe('-');
  expectSubscriptions(source.subscriptions).toBe('^-!');
});
