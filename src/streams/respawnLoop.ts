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
import type { Host, Seat } from '../host/host.js';
import { available } from '../operators/lifecycle/available.js';
import { booted } from '../operators/lifecycle/booted.js';
import { budget, type UnaskedDeparture } from '../operators/respawn/budget.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Tenancy } from '../operators/restart/handover.js';
import type { StopRequest } from '../operators/lifecycle/leave.js';
import type { Feedback } from '../operators/general/loop.js';
import { milestone } from '../operators/lifecycle/milestone.js';
import { ready, type Succession } from '../operators/lifecycle/ready.js';
import { respawn } from '../operators/respawn/respawn.js';
import { respawnBy } from '../operators/respawn/respawnBy.js';
import { uncontested } from '../operators/respawn/uncontested.js';
import { worker$ } from './worker.js';

/** What the slots of a cluster share. */
export interface SlotContext extends Feedback<CoreEvent, ClusterState> {
  readonly host: Host;
  readonly policy: Policy;
  /** The wishes that concern every worker. Replays. */
  readonly stop$: Observable<StopRequest>;
  /** Where a worker waits for its turn to boot. */
  readonly boots$: Observable<() => void>;
}

/**
 * The workers of one tenure of a slot, one after the other: each is forked when there is room to boot, followed
 * until it is ready, available and stable, and replaced by the policy when it leaves on its own.
 *
 * ```
 * worker 1   f-r--x#
 * worker 2            f-r------x|      retired: asked to leave
 * result     f-r--(xb)f-r------x|
 * ```
 *
 * Completes when it has been retired, or the cluster stopped, and the last process is gone;
 * or, with `vacant`, when the policy wants no further worker, or a respawn operator gave up. Errors with what is wrong in a life and is not a crash.
 */
export const respawnLoop$ = (
  { host, policy, state$, stop$, boots$ }: SlotContext,
  slot: number,
  nextSeat: () => Seat,
  why: ForkReason,
  tenure: Tenancy<StopRequest>,
): Observable<EventDraft> => {
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
        const process$ = worker$(host, nextSeat(), next, stop$, policy, ready$);
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

  const decide = (vacated: UnaskedDeparture) =>
    state$.pipe(
      take(1),
      map((census) => budget(policy, census, vacated, host.random())),
    );

  // If a replacement is being tried, the slot may yet have a worker.
  const vacant$ = (ending: Ending) =>
    uncontested(tenure.contested$).pipe(
      map((): EventDraft => ({ type: 'vacant', slot, ...ending })),
      takeUntil(gone$),
    );
  if (typeof policy.respawn === 'string') {
    const lives$ = life(gone$).pipe(respawn({ ...tenure, retired$: gone$, wants: wants[policy.respawn], decide }));
    return concat(lives$.pipe(filter(isNoMessage)), vacant$({ why: `respawn is '${policy.respawn}'` }));
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
  const { respawn: operator } = policy;
  const lives$ = respawnBy(
    (life$: Observable<WorkerDraft>) => life$.pipe(operator, ofOperator),
    (released$) => life(merge(gone$, released$)).pipe(ofLife),
    { ...tenure, retired$: gone$ },
  );
  return concat(
    lives$.pipe(filter(isNoMessage)),
    defer(() => vacant$(operatorEnded(failure))),
  );
};

/** Messages have been delivered: they pass by only for a predicate, or an operator of the user's, to look at. */
const isNoMessage = ({ type }: EventDraft): boolean => type !== 'message';

/** OTP's words: which departures are made good. `transient` goes by the exit, also of a worker that said before that it leaves. */
const wants = {
  permanent: () => true,
  transient: (vacated: UnaskedDeparture) => vacated.type === 'exit' && vacated.code !== 0,
  temporary: () => false,
};

/** Why a slot stays empty, and the error if its policy gave up. */
type Ending = Pick<EventOf<EventDraft, 'vacant'>, 'why' | 'error'>;

/** A life that did not end well: where the operator makes no more of it than its end, it has given up. */
const isAbnormal = (error: unknown): error is WorkerExitError =>
  error instanceof WorkerExitError && error.exit.code !== 0;

const operatorEnded = (error: ErrorData | undefined): Ending =>
  error === undefined
    ? { why: 'the respawn operator has completed' }
    : { why: `the respawn operator gave up: ${error.message}`, error };
