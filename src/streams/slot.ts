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
/** What a worker comes for: to replace another, or to fill a slot that is empty. */
type Request = Replacement | ForkReason;

/**
 * One slot while it is open: it gets a worker at first, and another for each `replace-begin` that names it. The old one is retired when the new one is
 * available; a new one that is not ready in time, or leaves, is dropped. Once it is vacant, or its worker has left and nothing is decided about that, it is filled again by the next `replace-begin` or `scale`.
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
  around: SlotContext,
  slot: number,
  nextSlotRef: () => SlotRef,
  why: ForkReason,
): Observable<EventDraft> =>
  defer(() => {
    const { on, state$, stop$ } = around;
    const replacements$ = on('replace-begin').pipe(filter((request) => request.slot === slot));
    const refills$ = merge(on('vacant'), on('departure'), on('backoff'), on('degraded')).pipe(
      filter((event) => event.slot === slot),
      switchMap((event) =>
        isEmpty(event) ? on('scale').pipe(filter(changes), take(1), takeUntil(replacements$)) : EMPTY,
      ),
      map((): Request => 'scale'),
    );
    const first$ = state$.pipe(
      take(1),
      mergeMap((state): readonly Request[] => [why, ...missed(state, slot)]),
    );
    // The first worker comes last: its very fork can lead to a request.
    return merge(replacements$, refills$, first$).pipe(
      takeUntil(stop$),
      handover<Request, EventDraft, StopRequest>({
        line: (request, tenure) =>
          respawnLoop$(around, slot, nextSlotRef, replaces(request) ? 'roll' : request, tenure),
        verdict: (newcomer$, request) => (replaces(request) ? judge(around, newcomer$, request) : EMPTY),
        first: (request) => (replaces(request) && request.overlap ? undefined : makeWay),
      }),
    );
  });

/** A roll that was asked for before there were slots, inside the first size that is followed, has begun without this one. */
const missed = ({ roll, slots }: ClusterState, slot: number): readonly Replacement[] =>
  roll?.inProgress.has(slot) === true
    ? [{ type: 'replace-begin', slot, roll: roll.roll, overlap: slots.get(slot)?.trial === true }]
    : [];

/** Nobody is there, and no respawn has been decided. */
const isEmpty = (event: EventOf<CoreEvent, 'vacant' | 'departure' | 'backoff' | 'degraded'>): boolean =>
  event.type === 'vacant' || (event.type === 'departure' && event.exit !== undefined);

const changes = ({ from, to }: EventOf<CoreEvent, 'scale'>): boolean => from !== to;
const replaces = (request: Request): request is Replacement => typeof request === 'object';
const makeWay: StopRequest = { force: false, why: 'makes way for its replacement' };

/** A newcomer has won when it is available, and lost when it is late, has left, or another slot aborted the roll. */
const judge = (
  { on, stop$ }: SlotContext,
  newcomer$: Observable<EventDraft>,
  { slot, roll }: Replacement,
): Observable<Verdict<EventDraft, StopRequest>> => {
  const lost = (why: string, details: object = {}, force = false): Verdict<EventDraft, StopRequest> => ({
    won: false,
    tell: { type: 'replace-abort', slot, roll, why, ...details },
    stop: { force, why },
  });
  return merge(
    newcomer$.pipe(
      filter(hasType('available')),
      map(({ worker }): Verdict<EventDraft, StopRequest> => ({
        won: true,
        tell: { type: 'replace-end', slot, roll, worker },
        stop: { force: false, why: `replaced by worker ${worker.id}` },
      })),
    ),
    newcomer$.pipe(
      filter(hasType('overdue')),
      map(({ worker, after }) => lost(`it was not ready within ${after} ms`, { worker }, true)),
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
