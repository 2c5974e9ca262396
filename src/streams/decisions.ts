import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  endWith,
  filter,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  share,
  switchMap,
  take,
  takeWhile,
} from 'rxjs';
import type { ClusterOptions } from '../config/clusterOptions.js';
import type { Host } from '../host/host.js';
import type { Feedback } from '../operators/general/loop.js';
import { defaultPolicy } from '../operators/respawn/defaultPolicy.js';
import { isPolicy, type RespawnPolicy } from '../operators/respawn/policy.js';
import { uncontested } from '../operators/respawn/uncontested.js';
import { departureOf, type UnaskedDeparture } from '../state/departureOf.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Decision } from '../vocabulary/decision.js';
import { errorData, messageOf } from '../vocabulary/errorData.js';
import { showValue, WorkerExitError } from '../vocabulary/errors.js';
import type { CoreEvent, Departure, EventDraft } from '../vocabulary/events.js';

type ClusterFeedback = Feedback<CoreEvent, ClusterState>;

/** The respawn policy of a cluster: the given one, or the one that the plain options stand for. `undefined` if an operator on the life of each worker decides. */
const policyOf = ({ respawn, ...options }: ClusterOptions): RespawnPolicy | undefined => {
  if (typeof respawn === 'string') return defaultPolicy({ respawn, ...options });
  return isPolicy(respawn) ? respawn : undefined;
};

/**
 * The decisions of the respawn policy, for all slots. The policy is subscribed once, as long as there is a subscriber. A subscriber that comes after its end gets its completion or error.
 *
 * ```
 * on('departure')  --1----2----
 * result           --r----r----
 * ```
 *
 * Completes and errors with the policy, and errors with a `TypeError` if the policy emits anything but a decision.
 */
export const decisions$ = (options: ClusterOptions, { on }: ClusterFeedback): Observable<Decision> => {
  const policy = policyOf(options);
  if (policy === undefined) return NEVER;
  return defer(() => on('departure').pipe(policy)).pipe(
    map(checked),
    share({ resetOnComplete: false, resetOnError: false }),
  );
};

/** Keeps the policy subscribed while slots open and close, and emits an `error` event if it errors. Emits nothing else. */
export const policyKept$ = (decisions$: Observable<Decision>): Observable<EventDraft> =>
  decisions$.pipe(
    ignoreElements(),
    catchError((error: unknown) =>
      of<EventDraft>({
        type: 'error',
        error: errorData(new Error(`respawn: the policy errored: ${messageOf(error)}`, { cause: error })),
      }),
    ),
  );

/** The part of the slots' context that `decided$` needs. */
interface DecisionContext {
  readonly host: Pick<Host, 'random'>;
  readonly options: Pick<ClusterOptions, 'minUptime'>;
  readonly state$: Observable<ClusterState>;
  readonly decisions$: Observable<Decision>;
}

/** Creates the event of a decision from the state at the time when it can be carried out. */
type Answer = (state: ClusterState) => EventDraft;

/**
 * Emits the `departure` of a worker, and then the policy's decision about it: `backoff`, `degraded`, `vacant` or `give-up`.
 * During a handover of the slot the decision waits until that is over.
 *
 * ```
 * decisions$   ---d----        d: about this worker
 * result       y--(H|)         y: departure   H: backoff
 * ```
 *
 * Waits as long as there is no decision. If the policy has ended, a worker that has exited leaves its slot vacant: with the error of the policy, or after a failure with a `WorkerExitError`.
 */
export const decided$ = (
  { host, options, state$, decisions$ }: DecisionContext,
  left: UnaskedDeparture,
  contested$: Observable<boolean>,
): Observable<EventDraft> => {
  const now$ = state$.pipe(take(1));
  const answer$ = (departure: Departure): Observable<Answer | 'ask'> => {
    const decision$ = decisions$.pipe(
      filter((decision) => decision.departure.worker.id === departure.worker.id),
      map(
        (decision): Answer =>
          (state) =>
            eventOf(decision, departure, state),
      ),
      catchError(() => EMPTY),
    );
    // Most policies decide at once, so it subscribes to the decisions before it emits the departure, and to the end of the policy after that.
    return merge(decision$, of('ask' as const), departure.exit === undefined ? EMPTY : endOf(decisions$, departure));
  };
  return now$.pipe(
    map((state) => departureOf(left, state, options.minUptime, host.random())),
    switchMap((departure) =>
      concat(answer$(departure), NEVER).pipe(
        takeWhile((answer) => answer === 'ask', true),
        concatMap((answer) =>
          answer === 'ask'
            ? of<EventDraft>({ type: 'departure', ...departure })
            : uncontested(contested$).pipe(
                switchMap(() => now$),
                map(answer),
              ),
        ),
      ),
    ),
  );
};

const endOf = (decisions$: Observable<Decision>, { slot, worker, exit }: Departure): Observable<Answer> =>
  decisions$.pipe(
    ignoreElements(),
    endWith((): EventDraft => {
      const failed = exit !== undefined && exit.code !== 0;
      const error = failed && { error: errorData(new WorkerExitError(worker, exit)) };
      return { type: 'vacant', slot, why: 'the respawn policy has completed', ...error };
    }),
    catchError((thrown: unknown) => {
      const why = `the respawn policy errored: ${messageOf(thrown)}`;
      const error = errorData(thrown);
      return of((): EventDraft => ({ type: 'vacant', slot, why, error }));
    }),
  );

const eventOf = (decision: Decision, departure: Departure, state: ClusterState): EventDraft => {
  const { slot, worker, early, exit } = departure;
  if (decision.type === 'vacant') return { type: 'vacant', slot, why: decision.why };
  const { limit, start, why } = decision;
  const spent = state.spent + Number(early);
  const limits = { spent, ...(limit !== undefined && { limit }), ...(start && { start }) };
  if (decision.type === 'give-up') {
    const cause = exit?.cause && { cause: exit.cause };
    return { type: 'give-up', slot, worker, why: departure.why, reason: why, ...limits, ...cause };
  }
  const { degraded = false, delay } = decision;
  const type = degraded ? 'degraded' : 'backoff';
  return { type, slot, worker, delay, charged: early, ...limits, ...(why !== departure.why && { why }) };
};

/** Throws a `TypeError` if a user's policy emits anything but a decision. */
const checked = (decision: Decision): Decision => {
  if (isDecision(decision)) return decision;
  throw new TypeError(
    `respawn: the policy emitted ${showValue(decision)}, expected a decision: { type: 'respawn', departure, delay, why } with a delay in ms, 0 or more, or { type: 'vacant' or 'give-up', departure, why }`,
  );
};

const isDecision = (value: Partial<Decision> | undefined): boolean => {
  if (typeof value?.departure?.worker?.id !== 'number') return false;
  if (value.type === 'respawn') return typeof value.delay === 'number' && value.delay >= 0;
  return value.type === 'vacant' || value.type === 'give-up';
};
