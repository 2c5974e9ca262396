import { defer, EMPTY, exhaustMap, type Observable, of, type OperatorFunction, repeat, tap } from 'rxjs';

/**
 * Like `exhaustMap`, but the newest value that came meanwhile follows.
 *
 * ```
 * source                              a-b-c-----d----|
 * exhaustLatest(() => cold('x--y|'))  x--yx--y--x--y|      of a, of c, of d
 * ```
 *
 * Completes when the source and the last projection have completed.
 */
export const exhaustLatest =
  <T, R>(project: (value: T) => Observable<R>): OperatorFunction<T, R> =>
  (source$) =>
    defer(() => {
      let waiting: { readonly value: T } | undefined;
      const turn$ = defer(() => {
        const next = waiting;
        waiting = undefined;
        return next === undefined ? EMPTY : project(next.value);
      });
      return source$.pipe(
        tap((value) => (waiting = { value })),
        exhaustMap(() => turn$.pipe(repeat({ delay: () => (waiting === undefined ? EMPTY : of(true)) }))),
      );
    });
