import { map, mergeMap, type Observable, tap, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { semaphore } from '../../../src/operators/general/semaphore.js';
import { marbles } from '../../marbles.js';

/** Emits `t` when it gets a permit, and releases that after `ms`. */
const pass = (semaphore$: Observable<() => void>, ms: number) =>
  semaphore$.pipe(
    tap((release) => timer(ms).subscribe(release)),
    map(() => 't'),
  );

/** Each value asks for a permit and is emitted when it gets one. */
const queue = (semaphore$: Observable<() => void>, values$: Observable<string>, ms: number) =>
  values$.pipe(mergeMap((value) => pass(semaphore$, ms).pipe(map(() => value))));

describe('semaphore', () => {
  marbles('grants the second permit when the first is released', ({ expectObservable }) => {
    const semaphore$ = semaphore(1);
    const first = '   (t|)    ';
    const second = '  -----(t|)';

    expectObservable(pass(semaphore$, 5)).toBe(first);
    expectObservable(pass(semaphore$, 5)).toBe(second);
  });

  marbles('grants permits in the order of subscription', ({ hot, expectObservable }) => {
    const comers = hot('  -abc-----------');
    const expected = '    -a----b----c---';

    expectObservable(queue(semaphore(1), comers, 5)).toBe(expected);
  });

  marbles('grants as many permits at a time as its limit', ({ hot, expectObservable }) => {
    const comers = hot('  -abcd----------');
    const expected = '    -ab---cd-------';

    expectObservable(queue(semaphore(2), comers, 5)).toBe(expected);
  });

  marbles('grants every permit at once without a limit', ({ hot, expectObservable }) => {
    const comers = hot('  -(abcd)--------');
    const expected = '    -(abcd)--------';

    expectObservable(queue(semaphore(Infinity), comers, 5)).toBe(expected);
  });

  marbles('skips a subscriber that has unsubscribed while it waited', ({ expectObservable }) => {
    const semaphore$ = semaphore(1);
    const first = '   (t|)      ';
    const leaves = '  ---!      ';
    const second = '  ----------';
    const third = '   -----(t|) ';

    expectObservable(pass(semaphore$, 5)).toBe(first);
    expectObservable(pass(semaphore$, 5), leaves).toBe(second);
    expectObservable(pass(semaphore$, 5)).toBe(third);
  });

  test('a permit that is released twice counts once', () => {
    const semaphore$ = semaphore(1);
    const passed: string[] = [];
    const enter = (who: string) => semaphore$.subscribe(() => passed.push(who));
    semaphore$.subscribe((release) => {
      enter('second');
      enter('third');
      release();
      release();
    });
    expect(passed).toEqual(['second']);
  });

  test('grants a permit that is asked for while another is being granted', () => {
    const semaphore$ = semaphore(1);
    const passed: string[] = [];
    semaphore$.subscribe((release) => {
      semaphore$.subscribe(() => passed.push('second'));
      passed.push('first');
      release();
    });
    expect(passed).toEqual(['first', 'second']);
  });

  test('keeps no reference once all permits are released', () => {
    const semaphore$ = semaphore(1);
    const passed: string[] = [];
    for (const who of ['first', 'second']) {
      semaphore$.subscribe((release) => {
        passed.push(who);
        release();
      });
    }
    expect(passed).toEqual(['first', 'second']);
  });
});
