import {
  asyncScheduler,
  concat,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  range,
  take,
  throwError,
} from 'rxjs';
import type { Policy } from '../config.js';
import { ForkLimitError } from '../errors.js';
import type { ClusterEvent, Draft } from '../events.js';
import type { Host } from '../host/host.js';
import { alongside } from '../operators/alongside.js';
import type { Census } from '../operators/census.js';
import { type History, history } from '../operators/history.js';
import type { Stop } from '../operators/leave.js';
import { type Feedback, loop } from '../operators/loop.js';
import { turnstile } from '../operators/turnstile.js';
import { controls$ } from './controls.js';
import { rolls$ } from './rolls.js';
import { slot$ } from './slot.js';

type Hearing = Feedback<ClusterEvent, Census>;

/**
 * The master. The slots tell what their workers do; what follows from it is decided here; both are events, and
 * everybody hears them: that is the whole mechanism.
 *
 * ```
 * a crash     exit ─▶ backoff ─▶ fork                                             in the slot (line.ts)
 * a roll      restart ─▶ restart-begin ─▶ replace-begin ─▶ fork … available ─▶ replace-end ─▶ … ─▶ restart-end
 * an abort    replace-abort ─▶ restart-abort, mixed ─▶ newcomers are dropped      old workers stay
 * a shutdown  shutdown ─▶ retire … exit ─▶ the slots end ─▶ end
 * ```
 *
 * Subscribing forks; unsubscribing kills. `commands$` brings `restart` and `shutdown` from outside.
 * Completes when the last worker has left; errors with `ForkLimitError` if they were given up.
 */
export const cluster$ = (
  host: Host,
  policy: Policy,
  commands$: Observable<Draft>,
  remember: () => History = () => history(policy.worker),
): Observable<ClusterEvent> =>
  loop(remember, (feedback) => {
    const stop$ = stops$(feedback);
    const around = { ...feedback, host, policy, stop$, boots$: turnstile(policy.maxBooting) };
    const slots$ = range(1, policy.worker).pipe(mergeMap((slot) => slot$(around, slot)));

    const wishes$ = merge(commands$, resignation$(policy, feedback));
    const decisions$ = merge(
      controls$(host, policy.signals, wishes$, feedback), // signal ─▶ restart, shutdown
      rolls$(policy, feedback), //                           restart ─▶ restart-begin, replace-begin … restart-end
      started$(policy, feedback), //                         ready ─▶ started
    );
    return concat(slots$.pipe(alongside(decisions$)), end$(feedback));
  });

/** What every worker is told, also one that comes late. The last wish is for the day of unsubscription: nobody takes a place that others lose. */
const stops$ = ({ on, state$ }: Hearing): Observable<Stop> =>
  concat(
    state$.pipe(
      take(1),
      mergeMap(({ stop }) => (stop === undefined ? [] : [stop])),
    ),
    on('shutdown'),
    of({ force: true, why: 'unsubscribed' }),
  );

/** The cluster ends by itself when it is given up, or when no slot wants a worker any more. */
const resignation$ = ({ worker }: Policy, { on, state$ }: Hearing): Observable<Draft> =>
  merge(
    on('give-up').pipe(map(() => 'gave up')),
    state$.pipe(
      filter(({ vacant }) => vacant === worker),
      take(1),
      map(() => 'every slot is vacant'),
    ),
  ).pipe(map((why) => ({ type: 'shutdown', force: false, why })));

const started$ = ({ worker }: Policy, { state$ }: Hearing): Observable<Draft> => {
  const born = asyncScheduler.now();
  return state$.pipe(
    filter(({ serving }) => serving === worker),
    take(1),
    map(() => ({ type: 'started', workers: worker, after: asyncScheduler.now() - born })),
  );
};

const end$ = ({ state$ }: Hearing): Observable<Draft> => {
  const born = asyncScheduler.now();
  return state$.pipe(
    take(1),
    mergeMap(({ stop, gaveUp }) =>
      concat(
        of<Draft>({ type: 'end', why: stop?.why ?? '', after: asyncScheduler.now() - born }),
        gaveUp ? throwError(() => new ForkLimitError(gaveUp.limit, gaveUp.worker, gaveUp.why)) : EMPTY,
      ),
    ),
  );
};
