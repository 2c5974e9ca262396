import type { Observable, ObservableInput } from 'rxjs';
import { rxjs } from '../dependencies/rxjs.js';
import { MessageError } from '../vocabulary/errors.js';

/** How many values of a source that cannot be slowed may wait for somebody who is slow. */
const most = 10_000;

/**
 * Lets as many values through as there is credit for. What can be pulled (an array, a generator, a readable stream) is asked for a value only when there is credit for it; an
 * Observable goes at its own pace, and its values wait here, up to 10,000.
 *
 * ```
 * source   abcde|
 * credit$  2----3------
 * result   ab---(cde|)
 * ```
 *
 * Completes with the source, once all its values are through. Errors with it, and with `MessageError` when too many wait. `failed` is told what a generator throws that is let go of.
 */
export const limitByCredit = (
  source: () => ObservableInput<unknown>,
  credit$: Observable<number>,
  failed: (error: unknown) => void = () => {},
): Observable<unknown> =>
  new (rxjs().Observable)((subscriber) => {
    let credit = 0;
    const wanted = () => credit > 0 && !subscriber.closed;
    const spend = (value: unknown) => {
      credit -= 1;
      subscriber.next(value);
    };
    const flowing = (go: () => void) =>
      subscriber.add(
        credit$.subscribe((more) => {
          credit += more;
          go();
        }),
      );

    const input = source();
    const iterator = iteratorOf(input);
    if (iterator !== undefined) {
      let busy = false;
      const settle = ({ done, value }: IteratorResult<unknown>) => {
        busy = false;
        if (done === true) subscriber.complete();
        else spend(value);
      };
      const go = (): void => {
        while (wanted() && !busy) {
          busy = true;
          const result = iterator.next();
          if (!isThenable(result)) settle(result);
          else
            void result.then(
              (settled) => {
                settle(settled);
                return go();
              },
              (error: unknown) => subscriber.error(error),
            );
        }
      };
      subscriber.add(() => {
        try {
          const result: unknown = iterator.return?.();
          if (result instanceof Promise) result.catch(failed);
        } catch (error) {
          failed(error);
        }
      });
      flowing(() => {
        try {
          go();
        } catch (error) {
          subscriber.error(error);
        }
      });
      return;
    }

    const waiting: unknown[] = [];
    let done = false;
    const go = () => {
      while (wanted() && waiting.length > 0) spend(waiting.shift());
      if (done && waiting.length === 0) subscriber.complete();
    };
    flowing(go);
    subscriber.add(
      rxjs()
        .from(input)
        .subscribe({
          next: (value) => {
            if (waiting.length >= most) {
              subscriber.error(new MessageError(`more than ${most} values wait for a slow subscriber`));
              return;
            }
            waiting.push(value);
            go();
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            done = true;
            go();
          },
        }),
    );
  });

interface Pull {
  readonly next: () => IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>>;
  readonly return?: () => unknown;
}

const iteratorOf = (input: unknown): Pull | undefined => {
  if (typeof input !== 'object' || input === null) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = input as Partial<
    Record<typeof Symbol.asyncIterator | typeof Symbol.iterator, () => Pull>
  >;
  return (later ?? now)?.call(input);
};

const isThenable = (
  result: IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>>,
): result is PromiseLike<IteratorResult<unknown>> => 'then' in result;
