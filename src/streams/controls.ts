import { connect, distinctUntilChanged, EMPTY, filter, map, merge, mergeMap, type Observable, of, take } from 'rxjs';
import type { Policy } from '../config/policy.js';
import type { CoreEvent, EventDraft, EventOf, SignalAction, ClusterCommand } from '../vocabulary/events.js';
import type { Host } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import { escalateOnRepeat } from '../operators/signals/escalateOnRepeat.js';
import { hasType } from '../operators/events/hasType.js';
import type { Feedback } from '../operators/general/loop.js';

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
  wishes$: Observable<ClusterCommand>,
  { on, state$ }: Feedback<CoreEvent, ClusterState>,
): Observable<EventDraft> => {
  const handled = Object.entries(signals).filter((entry): entry is [string, SignalAction] => entry[1] !== false);
  const signals$ = merge(
    ...handled.map(([name, action]) =>
      signal(name).pipe(
        name === 'SIGINT' && action === 'shutdown' ? escalateOnRepeat(patience, now) : map(() => action),
        map((meant): EventDraft => ({ type: 'signal', signal: name, action: meant })),
      ),
    ),
  );
  const asksForMore = (wish: EventOf<EventDraft, 'shutdown'>) =>
    state$.pipe(
      take(1),
      filter(({ stop }) => stop === undefined || (wish.force && !stop.force)),
      map(() => wish),
    );
  const told$ = merge(wishes$, on('signal').pipe(mergeMap(meaning))).pipe(
    connect((wish$) =>
      merge(
        wish$.pipe(filter(hasType('restart'))),
        wish$.pipe(filter(hasType('error'))),
        wish$.pipe(filter(hasType('log-dropped'))),
        wish$.pipe(filter(hasType('shutdown')), mergeMap(asksForMore), distinctUntilChanged(asksForNoMore)),
      ),
    ),
  );
  return merge(signals$, told$);
};

/** The state has not heard yet of a wish that waits to be told; whoever wishes the same meanwhile adds nothing to it. */
const asksForNoMore = (before: EventOf<EventDraft, 'shutdown'>, now: EventOf<EventDraft, 'shutdown'>): boolean =>
  before.force || !now.force;

const meaning = ({ action, signal, seq }: EventOf<CoreEvent, 'signal'>): Observable<ClusterCommand> => {
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
