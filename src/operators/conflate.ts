import { concatMap, defer, EMPTY, type ObservableInput, type OperatorFunction, tap } from 'rxjs';

/**
 * Runs one inner at a time; what arrives meanwhile waits together and shares one more run.
 * `exhaustMap` that forgets nobody.
 *
 * ```
 * source        a---b-c-------------|
 * project([a])  ------A|
 * project([b,c])      -----B|
 * result        ------A----B--------|
 * ```
 *
 * Completes when the source has completed and nothing waits or runs.
 *
 * @example
 * restart$.pipe(conflate((requests, index) => roll$(requests, index + 1)));
 */
export const conflate =
  <T, R>(project: (together: readonly T[], index: number) => ObservableInput<R>): OperatorFunction<T, R> =>
  (source$) =>
    defer(() => {
      let waiting: T[] = [];
      let runs = 0;
      // Everyone gets a turn; the first to have it takes all who wait, the others find nobody.
      const turn = () => {
        const together = waiting;
        waiting = [];
        return together.length === 0 ? EMPTY : project(together, runs++);
      };
      return source$.pipe(
        tap((value) => waiting.push(value)),
        concatMap(turn),
      );
    });
