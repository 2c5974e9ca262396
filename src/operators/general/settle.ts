import { buffer, connect, debounce, filter, type OperatorFunction } from 'rxjs';
import { after } from './after.js';

/**
 * Collects what comes close together, and emits it once nothing has come for `ms` milliseconds. `debounceTime` that forgets nothing.
 *
 * ```
 * source     a-b-------c---------|
 * settle(3)  -----x-------y------|     x: [a, b], y: [c]
 * ```
 *
 * Completes with the source, after what was still waiting.
 *
 * @example
 * saved$.pipe(settle(200)).subscribe((files) => console.log(files));
 */
export const settle =
  <T>(ms: number): OperatorFunction<T, readonly T[]> =>
  (source$) =>
    source$.pipe(
      connect((value$) => value$.pipe(buffer(value$.pipe(debounce(() => after(ms)))))),
      filter((together) => together.length > 0),
    );
