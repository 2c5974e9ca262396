import type { OperatorFunction } from 'rxjs';
import type { Decision } from '../../vocabulary/decision.js';
import type { Departure } from '../../vocabulary/events.js';
import { decideEach } from './decideEach.js';

/**
 * Respawns a worker at once that ended abnormally: with another code than 0, by a signal, or because it could not be started. Leaves the slot empty
 * after code 0. Decides by the exit, also about a worker that began to leave before. The first block of a policy.
 *
 * ```
 * departures   --l--x--z--      l: it begins to leave   x: ended with code 1   z: ended with code 0
 * transient()  -----r--v--      r: respawn without a delay   v: vacant
 * ```
 *
 * Completes and errors with the source.
 *
 * @example
 * cluster$({ respawn: policy(transient(), startLimit({ attempts: 3 }), budget({ maxForkCount: 20 }), backoff()) });
 *
 * @see OTP, supervisor: a `transient` child is restarted only if it terminates abnormally.
 */
export const transient = (): OperatorFunction<Departure, Decision> =>
  decideEach('transient', (departure) => {
    if (departure.exit === undefined) return undefined;
    return departure.exit.code === 0
      ? { type: 'vacant', departure, why: "respawn is 'transient'" }
      : { type: 'respawn', departure, delay: 0, why: departure.why };
  });
