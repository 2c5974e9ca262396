import type { Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { WorkerDraft } from '../../src/events.js';
import { milestone, type Milestone } from '../../src/operators/milestone.js';
import { asLetters, life, marbles } from '../marbles.js';

const available = (plan: Partial<Milestone> = {}) => milestone('available', { from: 'ready', ms: 5, ...plan });
const overdue = (plan: Partial<Milestone> = {}) =>
  milestone('overdue', { from: 'fork', ms: 5, unless: 'ready', ...plan });
const told = (added: ReturnType<typeof milestone>) => (life$: Observable<WorkerDraft>) =>
  life$.pipe(added, asLetters());

describe('a milestone', () => {
  marbles('comes so many ms after the event', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f--r--------x|', life());
    const sourceSubs = '   ^------------!';
    const expected = '     f--r----a---x|';

    expectObservable(source.pipe(available())).toBe(expected, life());
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('comes once: only the first event counts', ({ cold, expectObservable }) => {
    const source = cold('  f--r--r-------x|', life());
    const expected = '     f--r--r-a-----x|';

    expectObservable(source.pipe(told(available()))).toBe(expected);
  });

  marbles('never comes if the event does not', ({ cold, expectObservable }) => {
    const source = cold('  f--o----------x|', life());
    const expected = '     f--o----------x|';

    expectObservable(source.pipe(told(available()))).toBe(expected);
  });

  marbles('never comes after Infinity, and does not keep the life from its end', ({ cold, expectObservable }) => {
    const source = cold('  f--r----------x|', life());
    const expected = '     f--r----------x|';

    expectObservable(source.pipe(told(available({ ms: Infinity })))).toBe(expected);
  });

  marbles(
    'is made pointless by the exit, in the very last ms too',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  f--r----x----|', life());
      const sourceSubs = '   ^------------!';
      const expected = '     f--r----x----|';

      expectObservable(source.pipe(told(available()))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    },
  );

  marbles('is made pointless by the other event', ({ cold, expectObservable }) => {
    const source = cold('  f--r--------x|', life());
    const expected = '     f--r--------x|';

    expectObservable(source.pipe(told(overdue()))).toBe(expected);
  });

  marbles('comes where the other event is late', ({ cold, expectObservable }) => {
    const source = cold('  f------r----x|', life());
    const expected = '     f----v-r----x|';

    expectObservable(source.pipe(told(overdue()))).toBe(expected);
  });

  marbles('comes although the life goes on without its event', ({ cold, expectObservable }) => {
    const source = cold('  f--r-o--------', life());
    const expected = '     f--r-o--a-----';

    expectObservable(source.pipe(told(available()))).toBe(expected);
  });

  marbles('ends with the life that errors', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f--r-#', life());
    const sourceSubs = '   ^----!';
    const expected = '     f--r-#';

    expectObservable(source.pipe(told(available()))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('hears an event that comes in the moment of subscription', ({ cold, expectObservable }) => {
    const source = cold('  (fr)-----x|', life());
    const expected = '     (fr)-a---x|';

    expectObservable(source.pipe(told(available()))).toBe(expected);
  });

  marbles('unsubscribed, lets go of the life', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f--r--------x|', life());
    const sourceSubs = '   ^-----!-------';
    const unsub = '        ------!-------';
    const expected = '     f--r----------';

    expectObservable(source.pipe(told(available())), unsub).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('is made pointless by the wish that the worker be gone', ({ cold, expectObservable }) => {
    const source = cold('  f--r-t------x|', life());
    const expected = '     f--r-t------x|';

    expectObservable(source.pipe(told(available()))).toBe(expected);
  });

  test('unsubscribed, leaves no timer behind', () => {
    const scheduler = new TestScheduler(() => {});
    scheduler.run(({ cold }) => {
      const following = cold('(fr)', life())
        .pipe(available({ ms: 100 }))
        .subscribe();
      scheduler.schedule(() => {
        expect(scheduler.actions).toHaveLength(1);
        following.unsubscribe();
        expect(scheduler.actions).toEqual([]);
      }, 5);
    });
  });
});
