import { defer, map, type OperatorFunction } from 'rxjs';
import type { SignalAction } from '../../vocabulary/events.js';

/**
 * The first asks, a later one insists: `shutdown`, and `force` for whatever comes at least `patience` ms after the first.
 * What comes sooner is taken for the first one again: npm and shells deliver Ctrl-C twice. `now` is a monotonic clock, in ms.
 *
 * ```
 * source       c-c-----c
 * insist(5)    s-s-----f
 * ```
 */
export const escalateOnRepeat =
  (patience: number, now: () => number): OperatorFunction<unknown, SignalAction> =>
  (source$) =>
    defer(() => {
      let since: number | undefined;
      return source$.pipe(
        map(() => {
          const at = now();
          since ??= at;
          return at - since >= patience ? 'force' : 'shutdown';
        }),
      );
    });
