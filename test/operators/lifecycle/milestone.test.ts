import type { Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { WorkerDraft } from '../../../src/vocabulary/events.js';
import { milestone, type Milestone } from '../../../src/operators/lifecycle/milestone.js';
import { asLetters, life, marbles } from '../../marbles.js';

const stable = (plan: Partial<Milestone> = {}) => milestone('stable', { ms: 5, ...plan });
const overdue = (plan: Partial<Milestone> = {}) => milestone('overdue', { ms: 5, unless: 'ready', ...plan });
const told = (added: ReturnType<typeof milestone>) => (life$: Observable<WorkerDraft>) =>
  life$.pipe(added, asLetters());

describe('a milestone', () => {
  marbles('comes so many ms after the fork', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f--r--------x|', life());
    const sourceSubs = '   ^------------!';
    const expected = '     f--r-s------x|';

    expectObservable(source.pipe(stable())).toBe(expected, life());
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('never comes where there is no fork', ({ cold, expectObservable }) => {
    const source = cold('  -------x|', life());
    const expected = '     -------x|';

    expectObservable(source.pipe(told(stable()))).toBe(expected);
  });

  marbles('never comes after Infinity, and does not keep the life from its end', ({ cold, expectObservable }) => {
    const source = cold('  f--r----------x|', life());
    const expected = '     f--r----------x|';

    expectObservable(source.pipe(told(stable({ ms: Infinity })))).toBe(expected);
  });

  marbles(
    'is made pointless by the exit, in the very last ms too',
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  f--r-x----|', life());
      const sourceSubs = '   ^---------!';
      const expected = '     f--r-x----|';

      expectObservable(source.pipe(told(stable()))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
    },
  );

  marbles('is not reached by a worker that was asked to leave', ({ cold, expectObservable }) => {
    const source = cold('  f--r-t------x|', life());
    const expected = '     f--r-t------x|';

    expectObservable(source.pipe(told(stable()))).toBe(expected);
  });

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

  marbles('comes although no other event follows', ({ cold, expectObservable }) => {
    const source = cold('  f--o------', life());
    const expected = '     f--o-s----';

    expectObservable(source.pipe(told(stable()))).toBe(expected);
  });

  marbles('ends with the life that errors', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f--r#', life());
    const sourceSubs = '   ^---!';
    const expected = '     f--r#';

    expectObservable(source.pipe(told(stable()))).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('unsubscribed, unsubscribes from the life', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  f--r--------x|', life());
    const sourceSubs = '   ^---!---------';
    const unsub = '        ----!---------';
    const expected = '     f--r----------';

    expectObservable(source.pipe(told(stable())), unsub).toBe(expected);
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  test('unsubscribed, leaves no timer behind', () => {
    const scheduler = new TestScheduler(() => {});
    scheduler.run(({ cold }) => {
      const following = cold('(fr)', life())
        .pipe(stable({ ms: 100 }))
        .subscribe();
      scheduler.schedule(() => {
        expect(scheduler.actions).toHaveLength(1);
        following.unsubscribe();
        expect(scheduler.actions).toEqual([]);
      }, 3);
    });
  });
});
