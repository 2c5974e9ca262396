import type { OperatorFunction } from 'rxjs';
import type { Decision } from '../../vocabulary/decision.js';
import type { Departure } from '../../vocabulary/events.js';
import { decideEach } from './decideEach.js';

/**
 * Respawns no worker: the slot stays empty from the exit until the next restart or scaling. The first block of a policy.
 *
 * ```
 * departures   --l--x--      l: it begins to leave   x: it has ended
 * temporary()  -----v--      v: vacant
 * ```
 *
 * Completes and errors with the source.
 *
 * @example
 * cluster$({ respawn: policy(temporary()) });
 *
 * @see OTP, supervisor: a `temporary` child is never restarted.
 */
export const temporary = (): OperatorFunction<Departure, Decision> =>
  decideEach('temporary', (departure) =>
    departure.exit === undefined ? undefined : { type: 'vacant', departure, why: "respawn is 'temporary'" },
  );
