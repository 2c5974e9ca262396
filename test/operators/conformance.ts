/**
 * What holds for every operator, however it is written, because it holds for every operator of RxJS:
 * what it throws while it handles a value is an error of its result, and it lets go of the source; a source that emits while it subscribes stops with
 * the result; an end comes once; nothing comes after an end, or after unsubscribing, and nothing is left running.
 */
import { config, type Observable, Observable as Source, Subject, take } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

export interface Case {
  readonly name: string;
  readonly operate: (source$: Observable<unknown>) => Observable<unknown>;
  /** These, in this order, make it emit, and neither end it nor make it end. */
  readonly values: readonly unknown[];
  /** It looks at no value. */
  readonly blind: boolean;
  /** It is composed with `connect` of RxJS, which lets a source run on that emits while it subscribes. */
  readonly connects: boolean;
  /** It emits once before its source does. */
  readonly begins: boolean;
}

/** The table names operators of many types; a case only connects one with values that fit it. */
export const row = <T>(
  name: string,
  operate: (source$: Observable<T>) => Observable<unknown>,
  values: readonly T[],
  { blind = false, connects = false, begins = false } = {},
): Case =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  ({ name, operate: operate as Case['operate'], values, blind, connects, begins });

export const boom = new Error('boom');
export const throws = () => {
  throw boom;
};

/** Whatever is asked of it, it throws. */
const poison = new Proxy(
  {},
  {
    get: throws,
    has: throws,
  },
);

/** A source that counts its subscribers and unsubscriptions. */
export const watch = () => {
  const value$ = new Subject<unknown>();
  let torn = 0;
  const source$ = new Source((subscriber) => {
    subscriber.add(value$.subscribe(subscriber));
    subscriber.add(() => (torn += 1));
  });
  return { value$, source$, torn: () => torn };
};

export const record = (result$: Observable<unknown>) => {
  const heard: string[] = [];
  const ended: unknown[] = [];
  const subscription = result$.subscribe({
    next: () => heard.push('next'),
    error: (error) => {
      heard.push('error');
      ended.push(error);
    },
    complete: () => {
      heard.push('complete');
      ended.push(undefined);
    },
  });
  return { heard, ended, subscription };
};

/** What RxJS would have thrown into the process on a later turn. */
const escaped: unknown[] = [];

/** Tests each of them. For the top level of a test file. */
export const testConformance = (cases: readonly Case[]): void => {
  beforeEach(() => {
    vi.useFakeTimers();
    escaped.length = 0;
    config.onUnhandledError = (error) => escaped.push(error);
  });

  afterEach(() => {
    vi.runAllTimers();
    config.onUnhandledError = null;
    vi.useRealTimers();
    if (escaped.length > 0) throw new Error('it escaped into the process', { cause: escaped[0] });
  });

  test.each(cases.filter(({ blind }) => !blind))(
    '$name errors with what it throws, once, and lets go of the source',
    ({ operate, values }) => {
      const { value$, source$, torn } = watch();
      const { heard, ended } = record(operate(source$));
      value$.next(poison);
      for (const value of values) value$.next(value);
      expect(ended).toEqual([boom]);
      expect(heard.at(-1)).toBe('error');
      expect([torn(), value$.observed]).toEqual([1, false]);
    },
  );

  test.each(cases.filter(({ connects }) => !connects))(
    '$name stops a source that emits while it subscribes, when the result has been taken',
    ({ operate, values }) => {
      let produced = 0;
      let torn = 0;
      const source$ = new Source<unknown>((subscriber) => {
        subscriber.add(() => (torn += 1));
        for (; !subscriber.closed && produced < 1_000; produced += 1) subscriber.next(values[produced % values.length]);
      });
      const { heard } = record(operate(source$).pipe(take(1)));
      expect(heard).toEqual(['next', 'complete']);
      expect(produced).toBeLessThanOrEqual(values.length);
      expect(torn).toBe(1);
    },
  );

  describe.each(cases)('$name', ({ operate, values, begins }) => {
    test('ends once, after all its values, and nothing is left running', () => {
      const { value$, source$, torn } = watch();
      const { heard } = record(operate(source$));
      for (const value of values) value$.next(value);
      value$.complete();
      vi.runAllTimers();
      expect(heard.filter((kind) => kind !== 'next')).toEqual(['complete']);
      expect(heard.at(-1)).toBe('complete');
      expect(heard.length).toBeGreaterThan(1);
      expect([torn(), vi.getTimerCount()]).toEqual([1, 0]);
    });

    test('errors with its source', () => {
      const { value$, source$, torn } = watch();
      const { heard, ended } = record(operate(source$));
      value$.error(boom);
      vi.runAllTimers();
      expect(ended).toEqual([boom]);
      expect(heard).toEqual(begins ? ['next', 'error'] : ['error']);
      expect(torn()).toBe(1);
    });

    test('unsubscribed, it lets go of the source once, says nothing more, and leaves no timer', () => {
      const { value$, source$, torn } = watch();
      const { heard, subscription } = record(operate(source$));
      for (const value of values) value$.next(value);
      const before = heard.length;
      subscription.unsubscribe();
      for (const value of values) value$.next(value);
      vi.advanceTimersByTime(100);
      expect(heard).toHaveLength(before);
      expect([torn(), value$.observed, vi.getTimerCount()]).toEqual([1, false, 0]);
    });
  });
};
