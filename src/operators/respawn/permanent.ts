import type { OperatorFunction } from 'rxjs';
import type { Decision } from '../../vocabulary/decision.js';
import type { Departure } from '../../vocabulary/events.js';
import { decideEach } from './decideEach.js';

/**
 * Respawns every worker that left, at once. The first block of a policy; `backoff` makes it wait.
 *
 * ```
 * departures   --l--x--      l: it begins to leave   x: it has ended
 * permanent()  --r--r--      r: respawn without a delay
 * ```
 *
 * Completes and errors with the source.
 *
 * @example
 * cluster$({ respawn: policy(permanent(), backoff({ initial: 500 })) });
 *
 * @see OTP, supervisor: a `permanent` child is always restarted.
 */
export const permanent = (): OperatorFunction<Departure, Decision> =>
  decideEach('permanent', (departure) => ({ type: 'respawn', departure, delay: 0, why: departure.why }));
