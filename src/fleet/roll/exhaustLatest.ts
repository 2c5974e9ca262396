import { Observable, type OperatorFunction } from 'rxjs';

/**
 * Like `exhaustMap`, but the newest value that came meanwhile follows.
 *
 * ```
 * source                            a-b-c-----d----|
 * exhaustLatest(() => cold('x--y|'))  x--yx--y--x--y|      of a, of c, of d
 * ```
 *
 * Completes when the source and the last projection have completed.
 */
export const exhaustLatest =
  <T, R>(project: (value: T) => Observable<R>): OperatorFunction<T, R> =>
  (source$) =>
    new Observable<R>((subscriber) => {
      let busy = false;
      let ended = false;
      let waiting: { readonly value: T } | undefined;

      const begin = (value: T): void => {
        busy = true;
        const inner = project(value).subscribe({
          next: (result) => subscriber.next(result),
          error: (error) => subscriber.error(error),
          complete: () => {
            busy = false;
            const next = waiting;
            waiting = undefined;
            if (next !== undefined) begin(next.value);
            else if (ended) subscriber.complete();
          },
        });
        subscriber.add(inner);
      };

      subscriber.add(
        source$.subscribe({
          next: (value) => {
            if (busy) waiting = { value };
            else begin(value);
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            ended = true;
            if (!busy) subscriber.complete();
          },
        }),
      );
    });
