import {
  BehaviorSubject,
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  NEVER,
  type Observable,
  shareReplay,
  switchMap,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import type { Policy } from '../config/policy.js';
import { type ErrorData, errorData } from '../vocabulary/errorData.js';
import { messageOf, WorkerExitError } from '../vocabulary/errors.js';
import type { CoreEvent, EventDraft, ForkReason, EventOf, WorkerDraft } from '../vocabulary/events.js';
import type { Host, SlotRef } from '../host/host.js';
import { available } from '../operators/lifecycle/available.js';
import { booted } from '../operators/lifecycle/booted.js';
import { isLifeOperator } from '../operators/respawn/policy.js';
import type { Decision } from '../vocabulary/decision.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Tenancy } from '../operators/restart/handover.js';
import type { StopRequest } from '../operators/lifecycle/leave.js';
import type { UnaskedDeparture } from '../state/departureOf.js';
import type { Feedback } from '../operators/general/loop.js';
import { milestone } from '../operators/lifecycle/milestone.js';
import { ready, type Succession } from '../operators/lifecycle/ready.js';
import { respawn } from '../operators/respawn/respawn.js';
import { respawnBy } from '../operators/respawn/respawnBy.js';
import { uncontested } from '../operators/respawn/uncontested.js';
import { decided$ } from './decisions.js';
import { worker$ } from './worker.js';

/** What the slots of a cluster share. */
export interface SlotContext extends Feedback<CoreEvent, ClusterState> {
  readonly host: Host;
  readonly policy: Policy;
  /** The wishes that concern every worker. Replays. */
  readonly stop$: Observable<StopRequest>;
  /** Where a worker waits for its turn to boot. */
  readonly boots$: Observable<() => void>;
  /** What the respawn policy decides, for every slot. */
  readonly decisions$: Observable<Decision>;
}

/**
 * The workers of one tenure of a slot, one after the other: each is forked when there is room to boot, followed
 * until it is ready, available and stable, and replaced by the policy when it leaves on its own.
 *
 * ```
 * worker 1   f-r--x#
 * worker 2            f-r------x|      retired: asked to leave
 * result     f-r--(xyH)f-r-----x|      y: departure   H: backoff
 * ```
 *
 * Completes when it has been retired, or the cluster stopped, and the last process is gone;
 * or, with `vacant`, when the policy wants no further worker, or a respawn operator gave up. Errors with what is wrong in a life and is not a crash.
 */
export const respawnLoop$ = (
  context: SlotContext,
  slot: number,
  nextSlotRef: () => SlotRef,
  why: ForkReason,
  tenure: Tenancy<StopRequest>,
): Observable<EventDraft> => {
  const { host, policy, state$, stop$, boots$ } = context;
  const gone$ = merge(stop$, tenure.retired$).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const listened$ = state$.pipe(map(({ listened }) => listened));
  const replaces: Succession = {
    places$: state$.pipe(map(({ slots }) => slots.get(slot)?.places ?? [])),
    readyTimeout: policy.readyTimeout,
  };
  let next = why;

  // Who still waits for its turn gives way to a replacement, and the replacement to nobody.
  const turn$ = defer(() =>
    next === 'roll'
      ? boots$
      : tenure.contested$.pipe(
          switchMap((contested) => (contested ? NEVER : boots$)),
          take(1),
        ),
  );

  const life = (stop$: Observable<StopRequest>) =>
    turn$.pipe(
      takeUntil(stop$),
      switchMap((through) => {
        const ready$ = new BehaviorSubject(false);
        const process$ = worker$(host, nextSlotRef(), next, stop$, policy, ready$);
        const succession = next === 'roll' ? replaces : undefined;
        next = 'respawn';
        return process$.pipe(
          ready(policy.ready, policy.minReadyTime, listened$, succession),
          tap(({ type }) => type === 'ready' && ready$.next(true)),
          milestone('overdue', { ms: policy.readyTimeout, unless: 'ready' }),
          available(policy, listened$, host.now),
          milestone('stable', { ms: policy.minUptime }),
          booted(through),
        );
      }),
    );

  const { respawn: operator } = policy;
  if (!isLifeOperator(operator)) {
    const decide = (left: UnaskedDeparture) => decided$(context, left, tenure.contested$);
    return life(gone$).pipe(respawn({ ...tenure, retired$: gone$, decide }), filter(isNoMessage));
  }
  let failure: ErrorData | undefined;
  const ofLife = tap<WorkerDraft>({
    subscribe: () => (failure = undefined),
    error: (error: unknown) => (failure = isAbnormal(error) ? errorData(error) : undefined),
  });
  const ofOperator = catchError<WorkerDraft, Observable<never>>((error: unknown) => {
    failure = errorData(error instanceof Error ? error : new Error(messageOf(error), { cause: error }));
    return EMPTY;
  });
  const lives$ = respawnBy(
    (life$: Observable<WorkerDraft>) => life$.pipe(operator, ofOperator),
    (released$) => life(merge(gone$, released$)).pipe(ofLife),
    { ...tenure, retired$: gone$ },
  );
  // If a replacement is being tried, the slot may yet have a worker.
  const vacant$ = uncontested(tenure.contested$).pipe(
    map((): EventDraft => ({ type: 'vacant', slot, ...operatorEnded(failure) })),
    takeUntil(gone$),
  );
  return concat(lives$.pipe(filter(isNoMessage)), vacant$);
};

/** Messages have been delivered: they pass by only for a predicate, or an operator of the user's, to look at. */
const isNoMessage = ({ type }: EventDraft): boolean => type !== 'message';

/** Why a slot stays empty, and the error if its policy gave up. */
type Ending = Pick<EventOf<EventDraft, 'vacant'>, 'why' | 'error'>;

/** A life that did not end well: where the operator makes no more of it than its end, it has given up. */
const isAbnormal = (error: unknown): error is WorkerExitError =>
  error instanceof WorkerExitError && error.exit.code !== 0;

const operatorEnded = (error: ErrorData | undefined): Ending =>
  error === undefined
    ? { why: 'the respawn operator has completed' }
    : { why: `the respawn operator gave up: ${error.message}`, error };
