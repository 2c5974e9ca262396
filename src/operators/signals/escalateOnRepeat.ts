import { defer, map, type OperatorFunction } from 'rxjs';
import type { SignalAction } from '../../vocabulary/events.js';

/**
 * The first signal asks for `shutdown`; each one that follows at least `minIntervalMs` after the first one forces it (`force`).
 * An earlier repetition counts as the first one, because npm and shells deliver Ctrl-C twice. `now` is a monotonic clock in ms.
 *
 * ```
 * source               c-c-----c
 * escalateOnRepeat(5)  s-s-----f
 * ```
 */
export const escalateOnRepeat =
  (minIntervalMs: number, now: () => number): OperatorFunction<unknown, SignalAction> =>
  (source$) =>
    defer(() => {
      let firstAt: number | undefined;
      return source$.pipe(
        map(() => {
          const time = now();
          firstAt ??= time;
          return time - firstAt >= minIntervalMs ? 'force' : 'shutdown';
        }),
      );
    });
