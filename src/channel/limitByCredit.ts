import type { Observable, ObservableInput } from 'rxjs';
import { rxjs } from '../dependencies/rxjs.js';
import { MessageError } from '../vocabulary/errors.js';

/** Values of a push source that wait for credit; more are an error. */
const maxWaitingValues = 10_000;

/**
 * Emits as many values as there is credit for. A pull source (array, generator, readable stream) is asked for a value only when there is credit;
 * an Observable is not slowed, and its values wait here, up to 10,000.
 *
 * ```
 * source   abcde|
 * credit$  2----3------
 * result   ab---(cde|)
 * ```
 *
 * Completes with the source after its last value has been emitted. Errors with the source, and with `MessageError` when too many values wait. `failed` is called with an error of a generator's `return`.
 */
export const limitByCredit = (
  source: () => ObservableInput<unknown>,
  credit$: Observable<number>,
  failed: (error: unknown) => void = () => {},
): Observable<unknown> =>
  new (rxjs().Observable)((subscriber) => {
    let credit = 0;
    const hasCredit = () => credit > 0 && !subscriber.closed;
    const emit = (value: unknown) => {
      credit -= 1;
      subscriber.next(value);
    };
    const onCredit = (go: () => void) =>
      subscriber.add(
        credit$.subscribe((more) => {
          credit += more;
          go();
        }),
      );

    const input = source();
    const iterator = iteratorOf(input);
    if (iterator !== undefined) {
      let isPulling = false;
      const settle = ({ done, value }: IteratorResult<unknown>) => {
        isPulling = false;
        if (done === true) subscriber.complete();
        else emit(value);
      };
      const go = (): void => {
        while (hasCredit() && !isPulling) {
          isPulling = true;
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
      onCredit(() => {
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
      while (hasCredit() && waiting.length > 0) emit(waiting.shift());
      if (done && waiting.length === 0) subscriber.complete();
    };
    onCredit(go);
    subscriber.add(
      rxjs()
        .from(input)
        .subscribe({
          next: (value) => {
            if (waiting.length >= maxWaitingValues) {
              subscriber.error(
                new MessageError(
                  `more than ${maxWaitingValues} values wait for a slow subscriber. Emit fewer values, or expose a generator, which is slowed down by its subscriber`,
                ),
              );
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
