import { defer, EMPTY, filter, map, merge, mergeMap, type Observable, switchMap, take, takeUntil } from 'rxjs';
import { exitText } from '../vocabulary/errors.js';
import type { CoreEvent, EventDraft, ForkReason, EventOf } from '../vocabulary/events.js';
import type { SlotRef } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import { handover, type Verdict } from '../operators/restart/handover.js';
import { hasType } from '../operators/events/hasType.js';
import type { StopRequest } from '../operators/lifecycle/leave.js';
import { respawnLoop$, type SlotContext } from './respawnLoop.js';

type Replacement = EventOf<EventDraft, 'replace-begin'>;
/** A request for a worker: to replace another, or to fill an empty slot for a reason. */
type Request = Replacement | ForkReason;

/**
 * One opening of a slot: it gets a worker, and another one for each `replace-begin` of the slot. The old one is retired when the new one is
 * available; a new one that is not ready in time, or leaves, is retired instead. A slot that is vacant, or whose worker has left without a decision of the policy, gets a worker with the next `replace-begin` or `scale`.
 *
 * ```
 * on('replace-begin')  --------q-----------------
 * old worker           f-r-a-----------r-x|
 * new worker                   f-r----a-----------
 * result               f-r-a---f-r----(ae)-r-x----       e: replace-end
 * ```
 *
 * Completes when it is stopped and the last process has gone. Never errors.
 */
export const slot$ = (
  context: SlotContext,
  slot: number,
  nextSlotRef: () => SlotRef,
  why: ForkReason,
): Observable<EventDraft> =>
  defer(() => {
    const { on, state$, stop$ } = context;
    const replacements$ = on('replace-begin').pipe(filter((request) => request.slot === slot));
    const refills$ = merge(on('vacant'), on('departure'), on('backoff'), on('degraded')).pipe(
      filter((event) => event.slot === slot),
      switchMap((event) =>
        isEmpty(event) ? on('scale').pipe(filter(changesSize), take(1), takeUntil(replacements$)) : EMPTY,
      ),
      map((): Request => 'scale'),
    );
    const first$ = state$.pipe(
      take(1),
      mergeMap((state): readonly Request[] => [why, ...missedReplacement(state, slot)]),
    );
    // The first request is merged last, because its fork can lead to a further request.
    return merge(replacements$, refills$, first$).pipe(
      takeUntil(stop$),
      handover<Request, EventDraft, StopRequest>({
        loop: (request, tenancy) =>
          respawnLoop$(context, slot, nextSlotRef, isReplacement(request) ? 'roll' : request, tenancy),
        verdict: (newcomer$, request) => (isReplacement(request) ? verdictOf(context, newcomer$, request) : EMPTY),
        stopBefore: (request) => (isReplacement(request) && request.overlap ? undefined : retireFirst),
        vacates: hasType('vacant'),
      }),
    );
  });

/** A roll that was requested before there were slots, during the first `scale`, has emitted its `replace-begin` before this slot subscribed. */
const missedReplacement = ({ roll, slots }: ClusterState, slot: number): readonly Replacement[] =>
  roll?.inProgress.has(slot) === true
    ? [{ type: 'replace-begin', slot, roll: roll.roll, overlap: slots.get(slot)?.contested === true }]
    : [];

/** Whether the slot has no worker and no respawn has been decided. */
const isEmpty = (event: EventOf<CoreEvent, 'vacant' | 'departure' | 'backoff' | 'degraded'>): boolean =>
  event.type === 'vacant' || (event.type === 'departure' && event.exit !== undefined);

const changesSize = ({ from, to }: EventOf<CoreEvent, 'scale'>): boolean => from !== to;
const isReplacement = (request: Request): request is Replacement => typeof request === 'object';
const retireFirst: StopRequest = { force: false, why: 'makes way for its replacement' };

/** A newcomer wins when it is available. It loses when it is overdue, is killed, leaves or exits, or the roll is aborted. */
const verdictOf = (
  { on, stop$ }: SlotContext,
  newcomer$: Observable<EventDraft>,
  { slot, roll }: Replacement,
): Observable<Verdict<EventDraft, StopRequest>> => {
  const lost = (why: string, details: object = {}, force = false): Verdict<EventDraft, StopRequest> => ({
    won: false,
    event: { type: 'replace-abort', slot, roll, why, ...details },
    stop: { force, why },
  });
  return merge(
    newcomer$.pipe(
      filter(hasType('available')),
      map(({ worker }): Verdict<EventDraft, StopRequest> => ({
        won: true,
        event: { type: 'replace-end', slot, roll, worker },
        stop: { force: false, why: `replaced by worker ${worker.id}` },
      })),
    ),
    newcomer$.pipe(
      filter(hasType('overdue')),
      map(({ worker, after }) => lost(`it was not ready within ${after} ms`, { worker }, true)),
    ),
    newcomer$.pipe(
      filter(hasType('fork')),
      switchMap(({ worker }) => on('kill').pipe(filter((kill) => kill.worker.id === worker.id))),
      map(({ worker, why }) => lost(`before it was available, it was killed: ${why}`, { worker })),
    ),
    newcomer$.pipe(
      filter(hasType('leaving')),
      map(({ worker, why }) => lost(`before it was available, it left: ${why}`, { worker })),
    ),
    newcomer$.pipe(
      filter(hasType('exit')),
      map(({ type, worker, ...exit }) => lost(`before it was available, it ${exitText(exit)}`, { worker, exit })),
    ),
    on('restart-abort').pipe(map(() => lost('the restart was aborted'))),
  ).pipe(takeUntil(stop$));
};
