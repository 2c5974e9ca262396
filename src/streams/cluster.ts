import {
  asyncScheduler,
  concat,
  connect,
  delay,
  EMPTY,
  filter,
  find,
  last,
  map,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  of,
  range,
  take,
  takeUntil,
  throwError,
} from 'rxjs';
import type { Policy } from '../config.js';
import { ForkLimitError } from '../errors.js';
import type { ClusterEvent, Draft } from '../events.js';
import type { Host } from '../host/host.js';
import { type Census, census } from '../operators/census.js';
import { conflate } from '../operators/conflate.js';
import type { Stop } from '../operators/leave.js';
import { loop, type Memory } from '../operators/loop.js';
import { roll, rollPlan } from '../operators/roll.js';
import { turnstile } from '../operators/turnstile.js';
import { controls$ } from './controls.js';
import { slot$ } from './slot.js';

type History = Memory<Draft, ClusterEvent, Census>;

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
    const { on, state$ } = feedback;
    const now$ = state$.pipe(take(1));
    const born = asyncScheduler.now();
    const age = () => asyncScheduler.now() - born;

    const stop$ = concat(now$.pipe(mergeMap(({ stop }) => (stop ? [stop] : []))), on('shutdown'), of(unsubscribed));
    const around = { ...feedback, host, policy, stop$, boots$: turnstile(policy.maxBooting) };
    const slots$ = range(1, policy.worker).pipe(mergeMap((slot) => slot$(around, slot)));

    const rolls$ = on('restart').pipe(
      conflate((asked, index) => {
        const plan = rollPlan(policy, index + 1, asked);
        const ended$ = merge(on('restart-end'), on('restart-abort')).pipe(filter(({ roll }) => roll === plan.roll));
        return merge(state$.pipe(roll(plan)), NEVER).pipe(takeUntil(ended$));
      }),
    );
    const started$ = state$.pipe(
      find(({ serving }) => serving === policy.worker),
      map((): Draft => ({ type: 'started', workers: policy.worker, after: age() })),
    );
    const unasked$ = merge(
      on('give-up').pipe(map(() => 'gave up')),
      state$.pipe(
        find(({ vacant }) => vacant === policy.worker),
        map(() => 'every slot is vacant'),
      ),
    ).pipe(map((why): Draft => ({ type: 'shutdown', force: false, why })));

    const decisions$ = merge(controls$(host, policy.signals, merge(commands$, unasked$), feedback), rolls$, started$);
    const end$ = now$.pipe(
      mergeMap(({ stop, gaveUp }) =>
        concat(
          of<Draft>({ type: 'end', why: stop?.why ?? '', after: age() }),
          gaveUp ? throwError(() => new ForkLimitError(gaveUp.limit, gaveUp.worker, gaveUp.why)) : EMPTY,
        ),
      ),
    );

    return concat(
      // A restart that is asked for as the last worker goes is still answered.
      slots$.pipe(connect((told$) => merge(decisions$.pipe(takeUntil(told$.pipe(last(null, 0), delay(0)))), told$))),
      end$,
    );
  });

/** The last wish: nobody takes a place that others lose while all are torn down. */
const unsubscribed: Stop = { force: true, why: 'unsubscribed' };

/** What a run of the master remembers: a running number for its events, and the census. */
export const history = (slots: number): History => {
  let seq = 0;
  const stamp = (draft: Draft): ClusterEvent => {
    seq += 1;
    return { ...draft, time: asyncScheduler.now(), seq };
  };
  return { stamp, ...census(slots) };
};
