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
 * Observes a stream of another process: subscribing starts it there, unsubscribing stops it. At most `credit` values are sent ahead. When the Observable that `project` returns for a value
 * completes, another value may be sent; so a slow subscriber slows the other process down.
 *
 * ```
 * frames                v-v------v----e      v: a value   e: the end
 * project(v)            ---r|
 *                           ---r|
 * observed(_, _, 2, …)  ---r---r----r-|
 * sent                  ----c---c----c       c: credit for one more
 * ```
 *
 * Completes with the stream. When the other process disconnects, it subscribes to `left$` first. Errors with `RequestError` when the stream fails.
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
    let consumed = 0;
    const consume = () => {
      consumed += 1;
      // Credit is returned in portions, to send fewer frames.
      if (consumed < credit / 2) return;
      more$.next({ type: 'credit', credit: consumed });
      consumed = 0;
    };
    return converse({ type: 'open', name, credit }, more$).pipe(
      concatMap((frame) => {
        if (frame.type === 'value') return from(project(frame.value)).pipe(finalize(consume));
        if (frame.type === 'disconnected') return left$;
        if (frame.type !== 'fail') return EMPTY;
        const { why } = frame;
        return throwError(() => new RequestError('failed', `'${name}': ${why}`));
      }),
    );
  });
