import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Decision } from '../../vocabulary/decision.js';
import { changeRespawns } from './decideEach.js';

export interface StartLimit {
  /** How often each slot may fail to start; `Infinity` for no limit. Default: 5. */
  readonly attempts?: number | undefined;
}

/**
 * Lets a first start fail fast: until a worker of the cluster has been available, each slot has so many attempts. One that has used them goes on `degraded` while another serves,
 * or has attempts left and no worker that is overdue; when there is none, the cluster gives up. Afterwards it changes nothing.
 *
 * ```
 * decisions                    --a--b--c--      a: the first failure of a slot   b, c: its third; in c no other slot may start
 * startLimit({ attempts: 3 })  --a--d--g--      d: degraded   g: give-up
 * ```
 *
 * Completes and errors with the source.
 *
 * @example
 * cluster$({ respawn: policy(permanent(), startLimit({ attempts: 3 }), backoff()) });
 *
 * @see systemd: StartLimitBurst.
 */
export const startLimit = ({ attempts = 5 }: StartLimit = {}): MonoTypeOperatorFunction<Decision> =>
  changeRespawns((decision) => {
    const { departure } = decision;
    const { slot, everAvailable, failedStarts, others } = departure;
    if (everAvailable || attempts === Infinity) return decision;
    const start = { failed: failedStarts, limit: attempts };
    if (failedStarts < attempts) return { ...decision, start };
    const times = failedStarts === 1 ? 'once' : `${failedStarts} times`;
    if (others.serving > 0 || (others.fewestFailedStarts ?? attempts) < attempts) {
      const why = `slot ${slot} has failed to start ${times}; others may still start`;
      return { ...decision, start, degraded: true, why };
    }
    const why = `no worker has been available and slot ${slot} has failed to start ${times}`;
    return { type: 'give-up', departure, start, why };
  });
