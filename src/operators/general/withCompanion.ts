import { connect, delay, last, merge, type MonoTypeOperatorFunction, type Observable, takeUntil } from 'rxjs';

/**
 * Merges in a companion that lasts as long as the source. It hears the source's end and may answer that, then it is over.
 *
 * ```
 * source                 --a---b-|
 * companion              -1---2-----3-
 * alongside(companion)   -1a--2b-|
 * ```
 *
 * Completes with the source; errors with either.
 */
export const withCompanion =
  <E>(companion$: Observable<E>): MonoTypeOperatorFunction<E> =>
  (source$) =>
    source$.pipe(connect((told$) => merge(companion$.pipe(takeUntil(told$.pipe(last(null, 0), delay(0)))), told$)));
