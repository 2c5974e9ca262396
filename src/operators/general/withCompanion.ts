import { connect, delay, last, merge, type MonoTypeOperatorFunction, type Observable, takeUntil } from 'rxjs';

/**
 * Merges in a companion that is unsubscribed when the source completes. It can still respond to the completion in the same tick.
 *
 * ```
 * source                     --a---b-|
 * companion$                 -1---2-----3-
 * withCompanion(companion$)   -1a--2b-|
 * ```
 *
 * Completes with the source; errors with either.
 */
export const withCompanion =
  <E>(companion$: Observable<E>): MonoTypeOperatorFunction<E> =>
  (source$) =>
    source$.pipe(
      connect((shared$) => merge(companion$.pipe(takeUntil(shared$.pipe(last(null, 0), delay(0)))), shared$)),
    );
