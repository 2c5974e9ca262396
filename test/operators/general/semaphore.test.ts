import { map, mergeMap, type Observable, tap, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { semaphore } from '../../../src/operators/general/semaphore.js';
import { marbles } from '../../marbles.js';

/** Says `t` when its turn has come, and is through after so many ms. */
const pass = (gate$: Observable<() => void>, ms: number) =>
  gate$.pipe(
    tap((through) => timer(ms).subscribe(through)),
    map(() => 't'),
  );

/** Tries to pass, and says who has. */
const queue = (gate$: Observable<() => void>, comers$: Observable<string>, ms: number) =>
  comers$.pipe(mergeMap((comer) => pass(gate$, ms).pipe(map(() => comer))));

describe('a turnstile', () => {
  marbles('lets the second through when the first has said so', ({ expectObservable }) => {
    const gate$ = semaphore(1);
    const first = '   (t|)    ';
    const second = '  -----(t|)';

    expectObservable(pass(gate$, 5)).toBe(first);
    expectObservable(pass(gate$, 5)).toBe(second);
  });

  marbles('lets one after the other through, in the order in which they came', ({ hot, expectObservable }) => {
    const comers = hot('  -abc-----------');
    const expected = '    -a----b----c---';

    expectObservable(queue(semaphore(1), comers, 5)).toBe(expected);
  });

  marbles('lets as many through at a time as its limit', ({ hot, expectObservable }) => {
    const comers = hot('  -abcd----------');
    const expected = '    -ab---cd-------';

    expectObservable(queue(semaphore(2), comers, 5)).toBe(expected);
  });

  marbles('makes nobody wait without a limit', ({ hot, expectObservable }) => {
    const comers = hot('  -(abcd)--------');
    const expected = '    -(abcd)--------';

    expectObservable(queue(semaphore(Infinity), comers, 5)).toBe(expected);
  });

  marbles('forgets who has left the line', ({ expectObservable }) => {
    const gate$ = semaphore(1);
    const first = '   (t|)      ';
    const leaves = '  ---!      ';
    const second = '  ----------';
    const third = '   -----(t|) ';

    expectObservable(pass(gate$, 5)).toBe(first);
    expectObservable(pass(gate$, 5), leaves).toBe(second);
    expectObservable(pass(gate$, 5)).toBe(third);
  });

  test('counts a ticket once, however often it is given back', () => {
    const gate$ = semaphore(1);
    const passed: string[] = [];
    const enter = (who: string) => gate$.subscribe(() => passed.push(who));
    gate$.subscribe((through) => {
      enter('second');
      enter('third');
      through();
      through();
    });
    expect(passed).toEqual(['second']);
  });

  test('lets the next one through who comes while a ticket is given out', () => {
    const gate$ = semaphore(1);
    const passed: string[] = [];
    gate$.subscribe((through) => {
      gate$.subscribe(() => passed.push('second'));
      passed.push('first');
      through();
    });
    expect(passed).toEqual(['first', 'second']);
  });

  test('remembers nobody once all are through', () => {
    const gate$ = semaphore(1);
    const passed: string[] = [];
    for (const who of ['first', 'second']) {
      gate$.subscribe((through) => {
        passed.push(who);
        through();
      });
    }
    expect(passed).toEqual(['first', 'second']);
  });
});
