import { defer, EMPTY, filter, map, merge, type Observable, of, takeUntil } from 'rxjs';
import { exitText } from '../errors.js';
import type { ClusterEvent, Draft, Of } from '../events.js';
import { handover, type Verdict } from '../operators/handover.js';
import { is } from '../operators/is.js';
import type { Stop } from '../operators/leave.js';
import { line$, type Surroundings } from './line.js';

type Request = Of<ClusterEvent, 'replace-begin'> | undefined;

/**
 * One seat: it gets a worker at the start, and another for each `replace-begin` that names it. The old one is retired when the new one is
 * available; a new one that is not ready in time, or leaves, is dropped.
 *
 * ```
 * on('replace-begin')  --------q-----------------
 * old worker           f-r-a-----------r-x|
 * new worker                   f-r----a-----------
 * result               f-r-a---f-r----(ae)-r-x----       e: replace-end
 * ```
 *
 * Completes when the cluster stops and the last process of the seat has gone. Never errors.
 */
export const slot$ = (around: Surroundings, slot: number): Observable<Draft> =>
  defer(() => {
    let generation = 0;
    const nextSeat = () => {
      generation += 1;
      return { cluster: around.policy.name, slot, generation };
    };
    const requests$ = around.on('replace-begin').pipe(filter((request) => request.slot === slot));
    // The first worker comes last: its very fork can lead to a request.
    return merge(requests$, of<Request>(undefined)).pipe(
      takeUntil(around.stop$),
      handover<Request, Draft, Stop>({
        line: (request, tenure) => line$(around, slot, nextSeat, request ? 'roll' : 'start', tenure),
        verdict: (newcomer$, request) => (request ? judge(around, newcomer$, request) : EMPTY),
        first: (request) =>
          request?.overlap === false ? { force: false, why: 'makes way for its replacement' } : undefined,
      }),
    );
  });

/** A newcomer has won when it is available, and lost when it is late, has left, or another slot aborted the roll. */
const judge = (
  { on, stop$ }: Surroundings,
  newcomer$: Observable<Draft>,
  { slot, roll }: NonNullable<Request>,
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
