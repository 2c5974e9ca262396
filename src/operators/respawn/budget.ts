import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Decision } from '../../vocabulary/decision.js';
import { changeRespawns } from './decideEach.js';

export interface Budget {
  /** Early exits of all slots together until the budget is spent. Default: 100. */
  readonly maxForkCount?: number | undefined;
  /** False: it counts only once a worker of the cluster has been available, because `startLimit` counts before. Default: true. */
  readonly fromStart?: boolean | undefined;
}

/**
 * Limits the early exits (before `minUptime`) of all slots together. With the budget spent, a slot whose worker leaves early goes on `degraded` while another one serves, or may serve soon; when
 * none does, the cluster gives up. So a healthy worker is never lost to a failing one. It is no lifetime counter: a worker that reaches `minUptime` pays back what its slot has spent.
 *
 * ```
 * decisions                    --a--b--c--      b: 3 are spent, another slot serves   c: 3 are spent, none serves
 * budget({ maxForkCount: 3 })  --a--d--g--      d: degraded   g: give-up
 * ```
 *
 * Completes and errors with the source.
 *
 * @example
 * cluster$({ respawn: policy(permanent(), budget({ maxForkCount: 10 }), backoff()) });
 *
 * @see `maxForkCount` of proteus-cluster in 2012; OTP, supervisor: intensity and period.
 */
export const budget = ({
  maxForkCount: limit = 100,
  fromStart = true,
}: Budget = {}): MonoTypeOperatorFunction<Decision> =>
  changeRespawns((decision) => {
    const { departure } = decision;
    const { slot, early, spent, everAvailable, others } = departure;
    const isSpent = early && spent >= limit && (fromStart || everAvailable);
    if (!isSpent) return { ...decision, limit };
    if (others.viable > 0) {
      const exits = limit === 1 ? 'the one early exit' : `the ${limit} early exits`;
      const why = `slot ${slot} has used up ${exits}; the others serve`;
      return { ...decision, limit, degraded: true, why };
    }
    const ended = limit === 1 ? 'a worker ended early' : `workers ended early ${limit} times`;
    return { type: 'give-up', departure, limit, why: `${ended} and none is ready` };
  });
