import { connect, distinctUntilChanged, EMPTY, filter, map, merge, mergeMap, type Observable, of, take } from 'rxjs';
import type { Policy } from '../config.js';
import type { ClusterEvent, Draft, Of, SignalAction, Wish } from '../events.js';
import type { Host } from '../host/host.js';
import type { Census } from '../operators/census.js';
import { insist } from '../operators/insist.js';
import { is } from '../operators/is.js';
import type { Feedback } from '../operators/loop.js';

/** How long after the first Ctrl-C a second one is meant as such, in ms. */
const patience = 500;

/**
 * What is asked of the cluster from outside: signals as `signal` events and what they stand for, commands as they come.
 *
 * ```
 * SIGUSR2   --u---------
 * commands  -----s--s---         s: shutdown
 * result    --(ur)-s----         r: restart; the second shutdown asks for nothing new
 * ```
 *
 * Emits `signal`, `restart`, `shutdown`, and errors and `log-dropped` as they come. What concerns the size is `sizes$`'s. Does not end by itself.
 */
export const controls$ = (
  { signal, now }: Pick<Host, 'signal' | 'now'>,
  signals: Policy['signals'],
  wishes$: Observable<Wish>,
  { on, state$ }: Feedback<ClusterEvent, Census>,
): Observable<Draft> => {
  const handled = Object.entries(signals).filter((entry): entry is [string, SignalAction] => entry[1] !== false);
  const signals$ = merge(
    ...handled.map(([name, action]) =>
      signal(name).pipe(
        name === 'SIGINT' && action === 'shutdown' ? insist(patience, now) : map(() => action),
        map((meant): Draft => ({ type: 'signal', signal: name, action: meant })),
      ),
    ),
  );
  const asksForMore = (wish: Of<Draft, 'shutdown'>) =>
    state$.pipe(
      take(1),
      filter(({ stop }) => stop === undefined || (wish.force && !stop.force)),
      map(() => wish),
    );
  const told$ = merge(wishes$, on('signal').pipe(mergeMap(meaning))).pipe(
    connect((wish$) =>
      merge(
        wish$.pipe(filter(is('restart'))),
        wish$.pipe(filter(is('error'))),
        wish$.pipe(filter(is('log-dropped'))),
        wish$.pipe(filter(is('shutdown')), mergeMap(asksForMore), distinctUntilChanged(asksForNoMore)),
      ),
    ),
  );
  return merge(signals$, told$);
};

/** The state has not heard yet of a wish that waits to be told; whoever wishes the same meanwhile adds nothing to it. */
const asksForNoMore = (before: Of<Draft, 'shutdown'>, now: Of<Draft, 'shutdown'>): boolean =>
  before.force || !now.force;

const meaning = ({ action, signal, seq }: Of<ClusterEvent, 'signal'>): Observable<Wish> => {
  switch (action) {
    case 'restart':
      return of({ type: 'restart', request: `${signal}#${seq}`, why: signal });
    case 'shutdown':
      return of({ type: 'shutdown', force: false, why: signal });
    case 'force':
      return of({ type: 'shutdown', force: true, why: `${signal}, forced` });
    default:
      return EMPTY;
  }
};
