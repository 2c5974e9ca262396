import { connect, defer, EMPTY, merge, type Observable, type OperatorFunction, Subject } from 'rxjs';

/**
 * `connect` that also tells the selector when the source has been subscribed. What begins to emit only then, is heard by all that the
 * selector has subscribed, and what the source emits in answer to it is heard, too.
 *
 * ```
 * source      --a---b---
 * begun$      0|           after the selector and the source have been subscribed
 * ```
 *
 * Completes and errors as the observable that the selector returns.
 *
 * @example
 * wishes$.pipe(connected((wish$, begun$) => merge(obey(wish$), begun$.pipe(switchMap(() => sizes$)))));
 */
export const connected =
  <T, R>(selector: (source$: Observable<T>, begun$: Observable<0>) => Observable<R>): OperatorFunction<T, R> =>
  (source$) =>
    defer(() => {
      const begun$ = new Subject<0>();
      const begin$ = defer(() => {
        begun$.next(0);
        begun$.complete();
        return EMPTY;
      });
      return merge(source$, begin$).pipe(connect((shared$) => selector(shared$, begun$)));
    });
