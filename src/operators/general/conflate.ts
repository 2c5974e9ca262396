import { concatMap, defer, EMPTY, type ObservableInput, type OperatorFunction, tap } from 'rxjs';

/**
 * Runs one inner Observable at a time. Values that arrive meanwhile are collected and share one further run, per key if there is `keyOf`.
 * Like `exhaustMap`, but no value is ignored.
 *
 * ```
 * source        a---b-c-------------|
 * project([a])  ------A|
 * project([b,c])      -----B|
 * result        ------A----B--------|
 * ```
 *
 * Runs of several keys follow in the order of their first values. Completes when the source has completed and nothing waits or runs.
 *
 * @example
 * restart$.pipe(conflate((requests, index) => roll$(requests, index + 1)));
 */
export const conflate =
  <T, R>(
    project: (collected: readonly T[], index: number) => ObservableInput<R>,
    keyOf: (value: T) => unknown = () => undefined,
  ): OperatorFunction<T, R> =>
  (source$) =>
    defer(() => {
      const waiting = new Map<unknown, T[]>();
      let runs = 0;
      // Every value gets a turn: the first one of a key takes all collected values, the others find none.
      const turn = (value: T) => {
        const key = keyOf(value);
        const collected = waiting.get(key) ?? [];
        waiting.delete(key);
        return collected.length === 0 ? EMPTY : project(collected, runs++);
      };
      return source$.pipe(
        tap((value) => {
          const key = keyOf(value);
          const collected = waiting.get(key);
          if (collected === undefined) waiting.set(key, [value]);
          else collected.push(value);
        }),
        concatMap(turn),
      );
    });
