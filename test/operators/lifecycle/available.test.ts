import { NEVER, type Observable, of, ReplaySubject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { WorkerDraft } from '../../../src/vocabulary/events.js';
import { type Availability, available } from '../../../src/operators/lifecycle/available.js';
import { asLetters, hour, life, marbles, now, ref, setTimeOfDayAt } from '../../marbles.js';

const lasting = (changes: Partial<Availability> = {}, listened$: Observable<boolean> = of(false)) =>
  available({ ready: 'listening', minReadyTime: 5, readyTimeout: 20, ...changes }, listened$, now);
const told = (how: ReturnType<typeof lasting>) => (life$: Observable<WorkerDraft>) => life$.pipe(how, asLetters());

/** The current value, also for a late subscriber. */
const replayed = <T>(source$: Observable<T>): Observable<T> => {
  const subject = new ReplaySubject<T>(1);
  source$.subscribe(subject);
  return subject;
};

describe('a worker is available', () => {
  marbles('when it has stayed ready for so many ms', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f--r--------x|', life());
    const sourceSubs = '   ^------------!';
    const expected = '     f--r----a---x|';

    expectObservable(source.pipe(lasting())).toBe(expected, life());
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('never if it departs before, in the very last ms too', ({ cold, expectObservable }) => {
    for (const letter of ['x', 't', 'k', 'g']) {
      const source = cold(`f--r----${letter}----`, life());
      expectObservable(source.pipe(told(lasting()))).toBe(`f--r----${letter}----`);
    }
  });

  marbles('never where that takes for ever, and the life ends all the same', ({ cold, expectObservable }) => {
    const source = cold('  f--r----------x|', life());

    expectObservable(source.pipe(told(lasting({ minReadyTime: Infinity })))).toBe('f--r----------x|');
  });

  marbles('in the moment in which it is ready where no time is asked for', ({ cold, expectObservable }) => {
    const source = cold('  f--r-----x|', life());
    const expected = '     f--(ra)--x|';

    expectObservable(source.pipe(told(lasting({ minReadyTime: 0 })))).toBe(expected);
  });

  marbles('or has an error, and that ends it', ({ cold, expectObservable }) => {
    expectObservable(cold('f--r-#', life()).pipe(told(lasting()))).toBe('f--r-#');
  });

  test('and leaves no timer behind when it is unsubscribed', () => {
    const scheduler = new TestScheduler(() => {});
    scheduler.run(({ cold }) => {
      const following = cold('(fr)', life())
        .pipe(lasting({ minReadyTime: 100 }))
        .subscribe();
      scheduler.schedule(() => {
        expect(scheduler.actions).toHaveLength(1);
        following.unsubscribe();
        expect(scheduler.actions).toEqual([]);
      }, 5);
    });
  });
});

describe('with auto, a worker that is ready for having lasted is available', () => {
  marbles('if no worker has listened', ({ cold, expectObservable }) => {
    const source = cold('  f--r--------x|', life());
    const expected = '     f--r----a---x|';

    expectObservable(source.pipe(told(lasting({ ready: 'auto' })))).toBe(expected);
  });

  marbles('when it has itself listened for so long, where another has meanwhile', ({ cold, hot, expectObservable }) => {
    const listened = hot(' F----T---------------', { F: false, T: true });
    const source = cold('  f--r---------l------x', life());
    const expected = '     f--r---------l----a-x';

    expectObservable(source.pipe(told(lasting({ ready: 'auto' }, replayed(listened))))).toBe(expected);
  });

  marbles('counted from its own listening, if that comes first', ({ cold, expectObservable }) => {
    const source = cold('  f--r--l-------x', life());
    const expected = '     f--r--l----a--x';

    expectObservable(source.pipe(told(lasting({ ready: 'auto' })))).toBe(expected);
  });

  marbles('never, and overdue, where others listen and it does not in time', ({ cold, hot, expectObservable }) => {
    const listened = hot(' F----T------------------', { F: false, T: true });
    const source = cold('  f--r--------------------', life());
    const expected = '     f--r----------------v---';

    expectObservable(source.pipe(told(lasting({ ready: 'auto' }, replayed(listened))))).toBe(expected);
  });

  for (const by of [hour, -hour]) {
    marbles(`no sooner and no later where the time of day is set by ${by} ms`, ({ cold, hot, expectObservable }) => {
      const listened = hot(' F----T------------------', { F: false, T: true });
      const late = cold('    f--r--------------------', life());
      const expected = '     f--r----------------v---';
      const good = cold('    f--r----------------------------', life());
      const available = '    f--r----a-----------------------';
      const last = { type: 'available', worker: ref(), after: 5 } as const;

      setTimeOfDayAt(4, by);
      expectObservable(late.pipe(told(lasting({ ready: 'auto' }, replayed(listened))))).toBe(expected);
      expectObservable(good.pipe(lasting())).toBe(available, { ...life(), a: last });
    });
  }

  marbles('by its readiness alone where the option asks for something else', ({ cold, expectObservable }) => {
    const source = cold('  f--r--------x|', life());
    const expected = '     f--r----a---x|';

    expectObservable(source.pipe(told(lasting({ ready: 'online' }, of(true))))).toBe(expected);
    expectObservable(source.pipe(told(lasting({ ready: () => true }, NEVER)))).toBe(expected);
  });

  marbles('once, also if it listens long after', ({ cold, expectObservable }) => {
    const source = cold('  f--r-------l---------x|', life());
    const expected = '     f--r----a--l---------x|';

    expectObservable(source.pipe(told(lasting({ ready: 'auto' })))).toBe(expected);
  });
});
