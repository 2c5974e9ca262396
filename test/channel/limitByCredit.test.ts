import { EMPTY, map, type ObservableInput, of, range, throwError } from 'rxjs';
import { expect, test } from 'vitest';
import { limitByCredit } from '../../src/channel/limitByCredit.js';
import { marbles } from '../marbles.js';

marbles(
  'emits as many values as there is credit for; the others wait',
  ({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('  abcde|      ');
    const credit = hot('  2----3------', { 2: 2, 3: 3 });
    const expected = '    ab---(cde|)';

    expectObservable(limitByCredit(() => source, credit)).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe('^----!');
    expectSubscriptions(credit.subscriptions).toBe('^----!');
  },
);

marbles('errors with the source, and unsubscribes from it', ({ cold, hot, expectObservable, expectSubscriptions }) => {
  const failing = cold('a-#');
  const lasting = cold('a-b-c');
  const credit = hot('  9------', { 9: 9 });

  expectObservable(limitByCredit(() => failing, credit)).toBe('a-#');
  expectObservable(
    limitByCredit(() => lasting, credit),
    '^--!',
  ).toBe('a-b-');
  expectSubscriptions(lasting.subscriptions).toBe('^--!');
});

marbles(
  'pulls no more from a generator than there is credit for, and calls its return',
  ({ hot, expectObservable, flush }) => {
    const made: number[] = [];
    let ended = false;
    const numbers = function* () {
      try {
        for (let n = 1; ; n += 1) {
          made.push(n);
          yield n;
        }
      } finally {
        ended = true;
      }
    };
    const credit = hot('  2----1--', { 1: 1, 2: 2 });
    const unsub = '       ^------!';
    const expected = '    (ab)-c--';

    expectObservable(limitByCredit(numbers, credit), unsub).toBe(expected, { a: 1, b: 2, c: 3 });
    flush();
    expect(made).toEqual([1, 2, 3]);
    expect(ended).toBe(true);
  },
);

const oneTwoThree = async function* () {
  yield* [1, 2, 3];
};

test('an async generator is pulled one value at a time', async () => {
  const seen: unknown[] = [];
  await new Promise<void>((complete, error) => {
    limitByCredit(oneTwoThree, of(9)).subscribe({ next: (value) => seen.push(value), error, complete });
  });
  expect(seen).toEqual([1, 2, 3]);
});

test('too many waiting values are an error', () => {
  const seen: unknown[] = [];
  let why: unknown;
  limitByCredit(() => range(1, 20_000), EMPTY).subscribe({
    next: (value) => seen.push(value),
    error: (error) => (why = error),
  });
  expect(seen).toEqual([]);
  expect(why).toMatchObject({
    name: 'MessageError',
    message: expect.stringMatching(/^more than 10000 values wait for a slow subscriber\. /),
  });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('mine');
    },
  ],
  ['errors', () => throwError(() => new Error('mine'))],
  [
    'is a generator that throws',
    function* () {
      yield 1;
      throw new Error('mine');
    },
  ],
])('a source that %s is an error', (_, source: () => ObservableInput<unknown>) => {
  let why: unknown;
  limitByCredit(source, of(9))
    .pipe(map(String))
    .subscribe({ error: (error) => (why = error) });
  expect(why).toMatchObject({ message: 'mine' });
});
