import { defer, distinctUntilChanged, EMPTY, filter, map, merge, type Observable, scan, switchMap, timer } from 'rxjs';
import type { ClusterOptions } from '../config/clusterOptions.js';
import type { CoreEvent, EventDraft, EventOf, WorkerRef } from '../vocabulary/events.js';
import type { Host } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import type { Feedback } from '../operators/general/loop.js';

/** On a terminal: soon, and then repeatedly, because somebody is watching. */
const terminalScheduleMs = { first: 2_000, every: 5_000 };
/** Without a terminal: once, and not before keep-alive connections have ended as usual. */
const delayWithoutTerminalMs = 10_000;

/** Workers that were asked to leave, by id, and when each will be killed, in ms on the host's clock. */
type Awaited = ReadonlyMap<number, { readonly worker: WorkerRef; readonly until: number }>;

/**
 * Emits `waiting` with the workers that were asked to leave and have not exited, and the time that each has until SIGKILL.
 *
 * ```
 * retire, exit        r----------------x
 * result, terminal    --w----w----w----
 * ```
 *
 * Never completes.
 */
export const waiting$ = (
  { disconnectTimeout, terminal }: Pick<ClusterOptions, 'disconnectTimeout' | 'terminal'>,
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
      switchMap((isWaiting) => (isWaiting ? schedule$(terminal) : EMPTY)),
      map(() => waitingEvent(latest, now())),
      filter(({ workers }) => workers.length > 0),
    );
  });

const schedule$ = (terminal: boolean): Observable<number> =>
  terminal ? timer(terminalScheduleMs.first, terminalScheduleMs.every) : timer(delayWithoutTerminalMs);

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
  else if (event.signal !== 'SIGKILL') next.set(worker.id, { worker, until: now + (event.remaining ?? Infinity) });
  else next.set(worker.id, { worker, until: now });
  return next;
};

const waitingEvent = (awaited: Awaited, now: number): EventOf<EventDraft, 'waiting'> => ({
  type: 'waiting',
  workers: [...awaited.values()].map(({ worker, until }) =>
    until === Infinity ? { worker } : { worker, remaining: Math.max(0, Math.round(until - now)) },
  ),
});
