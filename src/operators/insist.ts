import { map, type OperatorFunction, scan, timestamp } from 'rxjs';
import type { SignalAction } from '../events.js';

/**
 * The first asks, a later one insists: `shutdown`, and `force` for whatever comes at least `patience` ms after the first.
 * What comes sooner is taken for the first one again: npm and shells deliver Ctrl-C twice.
 *
 * ```
 * source       c-c-----c
 * insist(5)    s-s-----f
 * ```
 */
export const insist =
  (patience: number): OperatorFunction<unknown, SignalAction> =>
  (source$) =>
    source$.pipe(
      timestamp(),
      scan((first, { timestamp: now }) => ({ since: first.since ?? now, now }), { since: undefined, now: 0 } as Times),
      map(({ since = 0, now }) => (now - since >= patience ? 'force' : 'shutdown')),
    );

interface Times {
  readonly since: number | undefined;
  readonly now: number;
}
