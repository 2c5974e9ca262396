import type { MonoTypeOperatorFunction, Observable, OperatorFunction } from 'rxjs';
import type { Decision } from '../../vocabulary/decision.js';
import type { Departure } from '../../vocabulary/events.js';

/** An RxJS operator from the departures of a cluster to decisions, marked so that the option `respawn` can tell it from an operator on the life of a worker, such as `retry`. */
export interface RespawnPolicy {
  (departure$: Observable<Departure>): Observable<Decision>;
  /** Two copies of this package in one process know each other's policies. */
  readonly kind: 'respawn-policy';
}

/**
 * Makes a respawn policy of blocks, as `pipe` does: the first one decides about departures, each further one may change the decisions.
 * A policy is subscribed once for each run of a cluster. It is an operator itself: `departure$.pipe(policy(permanent()))` in a test, or as the first block of another policy.
 *
 * ```
 * departures                               --1----2----      of any slot
 * policy(permanent(), backoff())           --r----r----
 * ```
 *
 * The first decision about a departure counts. One that comes late finds the slot empty; one that never comes leaves it so until the next restart or scaling.
 * If the policy errors, or completes after failures, the slots whose workers leave from then on stay empty, and `cluster$` errors with that error when every slot is.
 *
 * @param decide Departures in, decisions out: `permanent()`, `transient()`, `temporary()`, or one of your own.
 * @param blocks Change decisions: `startLimit()`, `budget()`, `backoff()`, or one of your own.
 *
 * @example
 * cluster$({ respawn: policy(permanent(), budget({ maxForkCount: 10 }), backoff({ initial: 500 })) });
 */
export const policy = (
  decide: OperatorFunction<Departure, Decision>,
  ...blocks: readonly MonoTypeOperatorFunction<Decision>[]
): RespawnPolicy => {
  const operate = (departure$: Observable<Departure>): Observable<Decision> =>
    blocks.reduce((decision$, block) => block(decision$), decide(departure$));
  return Object.assign(operate, { kind: 'respawn-policy' } as const);
};

/** Whether what was given for `respawn` decides about departures, and not about the life of one worker. */
export const isPolicy = (respawn: unknown): respawn is RespawnPolicy =>
  typeof respawn === 'function' && 'kind' in respawn && respawn.kind === 'respawn-policy';

/** Whether what was given for `respawn` is an operator on the life of each worker, such as `retry`. */
export const isLifeOperator = <T>(respawn: T): respawn is Extract<T, (life$: never) => unknown> =>
  typeof respawn === 'function' && !isPolicy(respawn);
