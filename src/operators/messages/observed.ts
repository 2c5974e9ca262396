import {
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  type Observable,
  type ObservableInput,
  Subject,
  throwError,
} from 'rxjs';
import { RequestError } from '../../vocabulary/errors.js';
import type { Converse, UnnumberedFrame } from '../../channel/conversations.js';

/**
 * A stream of another process: subscribing starts it there, unsubscribing stops it. No more than `credit` values are under way. What is done with a value (`project`) gives room for another one
 * when it completes, so who is slow slows the other side.
 *
 * ```
 * letters               v-v------v----e      v: a value   e: the end
 * project(v)            ---r|
 *                           ---r|
 * observed(_, _, 2, …)  ---r---r----r-|
 * said                  ----c---c----c       c: credit for one more
 * ```
 *
 * Completes when the stream has, or when who has it leaves; then it subscribes to `left$` first. Errors with `RequestError` when it fails there.
 */
export const observed = <R>(
  converse: Converse,
  name: string,
  credit: number,
  project: (value: unknown) => ObservableInput<R>,
  left$: Observable<never> = EMPTY,
): Observable<R> =>
  defer(() => {
    const more$ = new Subject<UnnumberedFrame>();
    let used = 0;
    const use = () => {
      used += 1;
      // Not each for itself.
      if (used < credit / 2) return;
      more$.next({ type: 'credit', credit: used });
      used = 0;
    };
    return converse({ type: 'open', name, credit }, more$).pipe(
      concatMap((heard) => {
        if (heard.type === 'value') return from(project(heard.value)).pipe(finalize(use));
        if (heard.type === 'disconnected') return left$;
        if (heard.type !== 'fail') return EMPTY;
        const { why } = heard;
        return throwError(() => new RequestError('failed', `'${name}': ${why}`));
      }),
    );
  });
