import { defer, distinctUntilChanged, EMPTY, filter, map, merge, type Observable, scan, switchMap, timer } from 'rxjs';
import type { Policy } from '../config/policy.js';
import type { CoreEvent, EventDraft, EventOf, WorkerRef } from '../vocabulary/events.js';
import type { Host } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Feedback } from '../operators/general/loop.js';

/** On a terminal somebody watches: soon, and again and again. In ms. */
const onTerminal = { first: 2_000, every: 5_000 };
/** Elsewhere once, and not before the usual keep-alive connections have ended. In ms. */
const elsewhere = 10_000;

/** Who was asked to leave, and when it is killed by the clock of the host. */
type Awaited = ReadonlyMap<number, { readonly worker: WorkerRef; readonly until: number }>;

/**
 * Says which workers the master is waiting for: those that were asked to leave, and how long each has until SIGKILL.
 *
 * ```
 * retire, exit        r----------------x
 * result, terminal    --w----w----w----
 * ```
 *
 * Does not end by itself.
 */
export const waiting$ = (
  { disconnectTimeout, terminal }: Pick<Policy, 'disconnectTimeout' | 'terminal'>,
  { on }: Feedback<CoreEvent, ClusterState>,
  { now }: Pick<Host, 'now'>,
): Observable<EventDraft> =>
  defer(() => {
    const awaited$ = merge(on('retire'), on('kill'), on('exit')).pipe(
      scan((awaited: Awaited, event) => follow(awaited, event, now(), disconnectTimeout), new Map()),
    );
    let latest: Awaited = new Map();
    return awaited$.pipe(
      map((awaited) => {
        latest = awaited;
        return awaited.size > 0;
      }),
      distinctUntilChanged(),
      switchMap((waits) => (waits ? pace(terminal) : EMPTY)),
      map(() => told(latest, now())),
      filter(({ workers }) => workers.length > 0),
    );
  });

const pace = (terminal: boolean): Observable<number> =>
  terminal ? timer(onTerminal.first, onTerminal.every) : timer(elsewhere);

const follow = (
  awaited: Awaited,
  event: EventOf<CoreEvent, 'retire' | 'kill' | 'exit'>,
  now: number,
  disconnectTimeout: number,
): Awaited => {
  const { worker } = event;
  const next = new Map(awaited);
  if (event.type === 'exit') next.delete(worker.id);
  else if (event.type === 'retire') next.set(worker.id, { worker, until: now + disconnectTimeout });
  else if (event.signal === 'SIGTERM') next.set(worker.id, { worker, until: now + (event.remaining ?? Infinity) });
  else next.set(worker.id, { worker, until: now });
  return next;
};

const told = (awaited: Awaited, now: number): EventOf<EventDraft, 'waiting'> => ({
  type: 'waiting',
  workers: [...awaited.values()].map(({ worker, until }) =>
    until === Infinity ? { worker } : { worker, remaining: Math.max(0, Math.round(until - now)) },
  ),
});
