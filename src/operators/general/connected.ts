import { connect, defer, EMPTY, merge, type Observable, type OperatorFunction, Subject } from 'rxjs';

/**
 * Like `connect`, and `begun$` also tells the selector when the source has been subscribed. What starts to emit only then is received by everything that the
 * selector has subscribed, and so is what the source emits in response.
 *
 * ```
 * source      --a---b---
 * begun$      0|           after the selector and the source have been subscribed
 * ```
 *
 * Completes and errors as the observable that the selector returns.
 *
 * @example
 * commands$.pipe(connected((command$, begun$) => merge(execute(command$), begun$.pipe(switchMap(() => sizes$)))));
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
