import { filter, map, type OperatorFunction } from 'rxjs';
import type { Decision, RespawnDecision } from '../../vocabulary/decision.js';
import type { Departure } from '../../vocabulary/events.js';

/**
 * The first block of a policy: one decision for each departure that `decide` has one for.
 * Errors with a `TypeError` for what is no departure: the block was given to `respawn` without `policy`, and sees the life of a worker.
 */
export const decideEach =
  (block: string, decide: (departure: Departure) => Decision | undefined): OperatorFunction<Departure, Decision> =>
  (departure$) =>
    departure$.pipe(
      map((departure) => decide(checked(block, departure))),
      filter((decision) => decision !== undefined),
    );

/** A later block: changes decisions to respawn, and passes the others on. */
export const changeRespawns =
  (change: (decision: RespawnDecision) => Decision): OperatorFunction<Decision, Decision> =>
  (decision$) =>
    decision$.pipe(map((decision) => (decision.type === 'respawn' ? change(decision) : decision)));

const checked = (block: string, departure: Departure): Departure => {
  if ('others' in departure && 'failures' in departure) return departure;
  throw new TypeError(
    `${block}(): expected departures, got other events. Wrap the blocks for the option: respawn: policy(${block}(), …)`,
  );
};
