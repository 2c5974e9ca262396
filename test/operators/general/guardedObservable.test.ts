import { map, Observable, of, Subject, Subscription } from 'rxjs';
import { expect, test } from 'vitest';
import { GuardedObservable } from '../../../src/operators/general/guardedObservable.js';
import { marbles } from '../../marbles.js';

const silent = () => {};

marbles(
  'emits the values of its source, also through operators, and unsubscribes from it',
  ({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot('  -a-b-c-');
    const until = '       ----!--';
    const expected = '    -A-B---';

    const watched = new GuardedObservable<string>(source, silent).pipe(map((letter) => letter.toUpperCase()));
    expectObservable(watched, until).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe('^---!--');
  },
);

marbles('completes and errors with its source', ({ cold, expectObservable }) => {
  expectObservable(new GuardedObservable(cold('-a|'), silent)).toBe('-a|');
  expectObservable(new GuardedObservable(cold('-a#'), silent)).toBe('-a#');
});

test('an error of a subscriber is reported through any operators, and other subscribers get all values', () => {
  const reported: unknown[] = [];
  const heard: number[] = [];
  const watched = new GuardedObservable<number>(new GuardedObservable(of(1, 2), silent), (thrown) =>
    reported.push(thrown),
  );
  watched.pipe(map((tick) => tick + 1)).subscribe((tick) => {
    throw new Error(`not ${tick}`);
  });
  watched.subscribe({
    next: (tick) => heard.push(tick),
    complete: () => {
      throw new Error('not the end');
    },
  });
  expect(reported).toEqual([new Error('not 2'), new Error('not the end')]);
  expect(heard).toEqual([1, 2]);
});

test('a subscriber that throws gets the next values, and the teardown runs at the end', () => {
  const heard: number[] = [];
  let torn = 0;
  const source = new Observable<number>((subscriber) => {
    for (const tick of [1, 2]) subscriber.next(tick);
    subscriber.complete();
    return () => (torn += 1);
  });
  new GuardedObservable<number>(source, silent).subscribe((tick) => {
    heard.push(tick);
    throw new Error('no');
  });
  expect([heard, torn]).toEqual([[1, 2], 1]);
});

test('a stream error is reported only if the subscriber has no error callback', () => {
  const reported: unknown[] = [];
  const handled: unknown[] = [];
  const failing = new GuardedObservable<number>(of(1, 2), (thrown) => reported.push(thrown)).pipe(
    map(() => {
      throw new Error('no');
    }),
  );
  failing.subscribe();
  failing.subscribe({ error: (thrown) => handled.push(thrown) });
  expect([reported, handled]).toEqual([[new Error('no')], [new Error('no')]]);
});

test('a Subscriber of another copy of RxJS can unsubscribe', () => {
  const source = new Subject<number>();
  const heard: number[] = [];
  const foreign = Object.assign(new Subscription(), {
    next: (tick: number) => {
      heard.push(tick);
      foreign.unsubscribe();
    },
    error: silent,
    complete: silent,
  });
  new GuardedObservable<number>(source, silent).subscribe(foreign);
  source.next(1);
  source.next(2);
  expect(heard).toEqual([1]);
  expect(source.observed).toBe(false);
});
