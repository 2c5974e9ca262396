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
  of,
  shareReplay,
  switchMap,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import type { ClusterOptions } from '../config/clusterOptions.js';
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
import { ready, type Predecessor } from '../operators/lifecycle/ready.js';
import { respawn } from '../operators/respawn/respawn.js';
import { respawnBy } from '../operators/respawn/respawnBy.js';
import { uncontested } from '../operators/respawn/uncontested.js';
import { decided$ } from './decisions.js';
import { worker$ } from './worker.js';

/** What the slots of a cluster share. */
export interface SlotContext extends Feedback<CoreEvent, ClusterState> {
  readonly host: Host;
  readonly options: ClusterOptions;
  /** Stop requests for all workers. Replays. */
  readonly stop$: Observable<StopRequest>;
  /** Emits a permit to boot, as a function that releases it. */
  readonly boots$: Observable<() => void>;
  /** The decisions of the respawn policy, for all slots. */
  readonly decisions$: Observable<Decision>;
}

/**
 * The workers of a slot between two handovers, one after the other: each is forked when there is a permit to boot, followed
 * until it is ready, available and stable, and replaced as the policy decides when it leaves on its own.
 *
 * ```
 * worker 1   f-r--x#
 * worker 2            f-r------x|      retired: asked to leave
 * result     f-r--(xyH)f-r-----x|      y: departure   H: backoff
 * ```
 *
 * Completes when it has been retired, or the cluster has stopped, and the last process has exited. Also completes, after `vacant`, when the policy decides so or the respawn operator
 * completes or errors. Errors with an error of a life that is no crash.
 */
export const respawnLoop$ = (
  context: SlotContext,
  slot: number,
  nextSlotRef: () => SlotRef,
  why: ForkReason,
  tenancy: Tenancy<StopRequest>,
): Observable<EventDraft> => {
  const { host, options, state$, stop$, boots$ } = context;
  const retired$ = merge(stop$, tenancy.retired$).pipe(shareReplay({ bufferSize: 1, refCount: true }));
  const listened$ = state$.pipe(map(({ listened }) => listened));
  const predecessor: Predecessor = {
    places$: state$.pipe(map(({ slots }) => slots.get(slot)?.places ?? [])),
    readyTimeout: options.readyTimeout,
  };
  let nextReason = why;

  // A slot that closes may free the permit for which another one waits that closes in the same moment.
  const permitWhileOpen$ = boots$.pipe(
    switchMap((release) =>
      state$.pipe(
        take(1),
        switchMap(({ stop, slots }) => {
          if (stop === undefined && slots.get(slot)?.open === true) return of(release);
          release();
          return NEVER;
        }),
      ),
    ),
  );
  // A respawn waits until no handover is undecided; a replacement does not.
  const permit$ = defer(() =>
    nextReason === 'roll'
      ? permitWhileOpen$
      : tenancy.contested$.pipe(
          switchMap((contested) => (contested ? NEVER : permitWhileOpen$)),
          take(1),
        ),
  );

  const life = (stop$: Observable<StopRequest>) =>
    permit$.pipe(
      takeUntil(stop$),
      switchMap((release) => {
        const ready$ = new BehaviorSubject(false);
        const process$ = worker$(host, nextSlotRef(), nextReason, stop$, options, ready$);
        const replaced = nextReason === 'roll' ? predecessor : undefined;
        nextReason = 'respawn';
        return process$.pipe(
          ready(options.ready, options.minReadyTime, listened$, replaced),
          tap(({ type }) => type === 'ready' && ready$.next(true)),
          milestone('overdue', { ms: options.readyTimeout, unless: 'ready' }),
          available(options, listened$, host.now),
          milestone('stable', { ms: options.minUptime }),
          booted(release),
        );
      }),
    );

  const { respawn: operator } = options;
  if (!isLifeOperator(operator)) {
    const decide = (left: UnaskedDeparture) => decided$(context, left, tenancy.contested$);
    return life(retired$).pipe(respawn({ ...tenancy, retired$, decide }), filter(isNoMessage));
  }
  let failure: ErrorData | undefined;
  const recordFailure = tap<WorkerDraft>({
    subscribe: () => (failure = undefined),
    error: (error: unknown) => (failure = isAbnormal(error) ? errorData(error) : undefined),
  });
  const endWithoutError = catchError<WorkerDraft, Observable<never>>((error: unknown) => {
    failure = errorData(error instanceof Error ? error : new Error(messageOf(error), { cause: error }));
    return EMPTY;
  });
  const lives$ = respawnBy(
    (life$: Observable<WorkerDraft>) => life$.pipe(operator, endWithoutError),
    (released$) => life(merge(retired$, released$)).pipe(recordFailure),
    { ...tenancy, retired$ },
  );
  // During a handover the slot may still get a worker.
  const vacant$ = uncontested(tenancy.contested$).pipe(
    map((): EventDraft => ({ type: 'vacant', slot, ...operatorEnded(failure) })),
    takeUntil(retired$),
  );
  return concat(lives$.pipe(filter(isNoMessage)), vacant$);
};

/** Messages have been emitted already (`hostWithMessages`). Those that come here are only for a `ready` predicate or a respawn operator. */
const isNoMessage = ({ type }: EventDraft): boolean => type !== 'message';

/** Why a slot stays empty, and the error if the respawn operator gave up. */
type VacantReason = Pick<EventOf<EventDraft, 'vacant'>, 'why' | 'error'>;

/** Whether a life failed. If the operator completes after a failure, it has given up. */
const isAbnormal = (error: unknown): error is WorkerExitError =>
  error instanceof WorkerExitError && error.exit.code !== 0;

const operatorEnded = (error: ErrorData | undefined): VacantReason =>
  error === undefined
    ? { why: 'the respawn operator has completed' }
    : { why: `the respawn operator gave up: ${error.message}`, error };
