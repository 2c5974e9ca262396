import { concatMap, defer, EMPTY, type ObservableInput, type OperatorFunction, tap } from 'rxjs';

/**
 * Runs one inner at a time; what arrives meanwhile waits together and shares one more run, with those of the same key where there is one.
 * `exhaustMap` that forgets nobody.
 *
 * ```
 * source        a---b-c-------------|
 * project([a])  ------A|
 * project([b,c])      -----B|
 * result        ------A----B--------|
 * ```
 *
 * Runs of several keys take their turns in the order in which the first of each came. Completes when the source has completed and nothing waits or runs.
 *
 * @example
 * restart$.pipe(conflate((requests, index) => roll$(requests, index + 1)));
 */
export const conflate =
  <T, R>(
    project: (together: readonly T[], index: number) => ObservableInput<R>,
    keyOf: (value: T) => unknown = () => undefined,
  ): OperatorFunction<T, R> =>
  (source$) =>
    defer(() => {
      const waiting = new Map<unknown, T[]>();
      let runs = 0;
      // Everyone gets a turn; the first to have it takes all who wait, the others find nobody.
      const turn = (value: T) => {
        const key = keyOf(value);
        const together = waiting.get(key) ?? [];
        waiting.delete(key);
        return together.length === 0 ? EMPTY : project(together, runs++);
      };
      return source$.pipe(
        tap((value) => {
          const key = keyOf(value);
          const together = waiting.get(key);
          if (together === undefined) waiting.set(key, [value]);
          else together.push(value);
        }),
        concatMap(turn),
      );
    });
