import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Decision } from '../../vocabulary/decision.js';
import { backoffDelay, type BackoffOptions } from './backoffDelay.js';
import { changeRespawns } from './decideEach.js';

/**
 * Lets a slot wait before its respawn: longer with each early exit in a row, not at all after a worker that reached `minUptime`, and `max` where the
 * decision is `degraded`. So it comes after the blocks that degrade (`budget`, `startLimit`). A longer delay that was decided before stays.
 * Defaults: `initial` 100 ms, `factor` 2, `max` 10,000 ms, `jitter` 0.2.
 *
 * ```
 * decisions                          --a--b--c--      a, b: early exits in a row   c: degraded
 * backoff({ initial: 4, max: 30 })   --d--e--f--      d: in 4 ms   e: in 8 ms      f: in 30 ms
 * ```
 *
 * Emits each decision at once: the wait is its `delay`. Completes and errors with the source.
 *
 * @example
 * cluster$({ respawn: policy(permanent(), backoff({ initial: 500, max: 60_000 })) });
 *
 * @see Effect's Schedule: exponential, jittered.
 */
export const backoff = ({
  initial = 100,
  factor = 2,
  max = 10_000,
  jitter = 0.2,
}: BackoffOptions = {}): MonoTypeOperatorFunction<Decision> =>
  changeRespawns((decision) => {
    const { early, failures, random } = decision.departure;
    const delayed = () => (early ? backoffDelay({ initial, factor, max, jitter }, failures - 1, random) : 0);
    return { ...decision, delay: Math.max(decision.delay, decision.degraded === true ? max : delayed()) };
  });
