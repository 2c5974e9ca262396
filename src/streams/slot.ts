import { defer, EMPTY, filter, map, merge, mergeMap, type Observable, switchMap, take, takeUntil } from 'rxjs';
import { exitText } from '../errors.js';
import type { ClusterEvent, Draft, ForkReason, Of } from '../events.js';
import type { Seat } from '../host/host.js';
import type { Census } from '../operators/census.js';
import { handover, type Verdict } from '../operators/handover.js';
import { is } from '../operators/is.js';
import type { Stop } from '../operators/leave.js';
import { line$, type Surroundings } from './line.js';

type Replacement = Of<Draft, 'replace-begin'>;
/** What a worker comes for: to replace another, or to fill a slot that is empty. */
type Request = Replacement | ForkReason;

/**
 * One slot while it is open: it gets a worker at first, and another for each `replace-begin` that names it. The old one is retired when the new one is
 * available; a new one that is not ready in time, or leaves, is dropped. Once vacant it is filled again by the next `replace-begin` or `scale`.
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
export const slot$ = (around: Surroundings, slot: number, nextSeat: () => Seat, why: ForkReason): Observable<Draft> =>
  defer(() => {
    const { on, state$, stop$ } = around;
    const replacements$ = on('replace-begin').pipe(filter((request) => request.slot === slot));
    const refills$ = on('vacant').pipe(
      filter((event) => event.slot === slot),
      switchMap(() => on('scale').pipe(filter(changes), take(1), takeUntil(replacements$))),
      map((): Request => 'scale'),
    );
    const first$ = state$.pipe(
      take(1),
      mergeMap((census): readonly Request[] => [why, ...missed(census, slot)]),
    );
    // The first worker comes last: its very fork can lead to a request.
    return merge(replacements$, refills$, first$).pipe(
      takeUntil(stop$),
      handover<Request, Draft, Stop>({
        line: (request, tenure) => line$(around, slot, nextSeat, replaces(request) ? 'roll' : request, tenure),
        verdict: (newcomer$, request) => (replaces(request) ? judge(around, newcomer$, request) : EMPTY),
        first: (request) => (replaces(request) && request.overlap ? undefined : makeWay),
      }),
    );
  });

/** A roll that was asked for before there were slots, inside the first size that is followed, has begun without this one. */
const missed = ({ roll, seats }: Census, slot: number): readonly Replacement[] =>
  roll?.underWay.has(slot) === true
    ? [{ type: 'replace-begin', slot, roll: roll.roll, overlap: seats.get(slot)?.trial === true }]
    : [];

const changes = ({ from, to }: Of<ClusterEvent, 'scale'>): boolean => from !== to;
const replaces = (request: Request): request is Replacement => typeof request === 'object';
const makeWay: Stop = { force: false, why: 'makes way for its replacement' };

/** A newcomer has won when it is available, and lost when it is late, has left, or another slot aborted the roll. */
const judge = (
  { on, stop$ }: Surroundings,
  newcomer$: Observable<Draft>,
  { slot, roll }: Replacement,
): Observable<Verdict<Draft, Stop>> => {
  const lost = (why: string, details: object = {}, force = false): Verdict<Draft, Stop> => ({
    won: false,
    tell: { type: 'replace-abort', slot, roll, why, ...details },
    stop: { force, why },
  });
  return merge(
    newcomer$.pipe(
      filter(is('available')),
      map(({ worker }): Verdict<Draft, Stop> => ({
        won: true,
        tell: { type: 'replace-end', slot, roll, worker },
        stop: { force: false, why: `replaced by worker ${worker.id}` },
      })),
    ),
    newcomer$.pipe(
      filter(is('overdue')),
      map(({ worker, after }) => lost(`it was not ready within ${after} ms`, { worker }, true)),
    ),
    newcomer$.pipe(
      filter(is('leaving')),
      map(({ worker, why }) => lost(`before it was available, it left: ${why}`, { worker })),
    ),
    newcomer$.pipe(
      filter(is('exit')),
      map(({ type, worker, ...exit }) => lost(`before it was available, it ${exitText(exit)}`, { worker, exit })),
    ),
    on('restart-abort').pipe(map(() => lost('the restart was aborted'))),
  ).pipe(takeUntil(stop$));
};
