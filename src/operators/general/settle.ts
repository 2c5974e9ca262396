import { buffer, connect, debounce, filter, type OperatorFunction } from 'rxjs';
import { after } from './after.js';

/**
 * Collects values, and emits them as an array once none has arrived for `ms` milliseconds. Like `debounceTime`, but no value is lost.
 *
 * ```
 * source     a-b-------c---------|
 * settle(3)  -----x-------y------|     x: [a, b], y: [c]
 * ```
 *
 * Completes with the source, after emitting what was collected.
 *
 * @example
 * saved$.pipe(settle(200)).subscribe((files) => console.log(files));
 */
export const settle =
  <T>(ms: number): OperatorFunction<T, readonly T[]> =>
  (source$) =>
    source$.pipe(
      connect((value$) => value$.pipe(buffer(value$.pipe(debounce(() => after(ms)))))),
      filter((collected) => collected.length > 0),
    );
