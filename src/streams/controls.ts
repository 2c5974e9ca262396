import {
  catchError,
  concat,
  connect,
  distinctUntilChanged,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  take,
} from 'rxjs';
import type { ClusterOptions } from '../config/clusterOptions.js';
import { errorData } from '../vocabulary/errorData.js';
import { messageOf } from '../vocabulary/errors.js';
import type { CoreEvent, EventDraft, EventOf, SignalAction, ClusterCommand } from '../vocabulary/events.js';
import type { Host } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import { escalateOnRepeat } from '../operators/signals/escalateOnRepeat.js';
import { hasType } from '../operators/events/hasType.js';
import type { Feedback } from '../operators/general/loop.js';

/** A second Ctrl-C that comes earlier than this after the first is ignored, because npm and shells deliver it twice. In ms. */
const minRepeatIntervalMs = 500;

/**
 * Signals and commands from outside: each signal as a `signal` event and the command that it stands for, and commands as they are.
 *
 * ```
 * SIGUSR2   --u---------
 * commands  -----s--s---         s: shutdown
 * result    --(ur)-s----         r: restart; the second shutdown changes nothing
 * ```
 *
 * A shutdown waits for `shutdownAfter`, whose error is an `error` event and ends the wait; a forced one, and that of a cluster that has given up or is vacant, does not wait.
 *
 * Emits `signal`, `restart`, `shutdown`, `reopen`, `error` and `log-dropped`. Commands that change the size are handled by `sizes$`. Never completes.
 */
export const controls$ = (
  { signal, now }: Pick<Host, 'signal' | 'now'>,
  { signals, shutdownAfter }: Pick<ClusterOptions, 'signals' | 'shutdownAfter'>,
  commands$: Observable<ClusterCommand>,
  { on, state$ }: Feedback<CoreEvent, ClusterState>,
): Observable<EventDraft> => {
  const handled = Object.entries(signals).filter((entry): entry is [string, SignalAction] => entry[1] !== false);
  const signals$ = merge(
    ...handled.map(([name, action]) =>
      signal(name).pipe(
        name === 'SIGINT' && action === 'shutdown' ? escalateOnRepeat(minRepeatIntervalMs, now) : map(() => action),
        map((resolved): EventDraft => ({ type: 'signal', signal: name, action: resolved })),
      ),
    ),
  );
  const ifNew = (command: EventOf<EventDraft, 'shutdown'>) =>
    state$.pipe(
      take(1),
      filter(({ stop }) => stop === undefined || (command.force && !stop.force)),
      map(() => command),
    );
  const whenFree = (command: EventOf<EventDraft, 'shutdown'>) =>
    state$.pipe(
      take(1),
      mergeMap(({ gaveUp, vacant, size }): Observable<EventDraft> =>
        command.force || gaveUp !== undefined || vacant === size
          ? of(command)
          : concat(shutdownAfter, of(0)).pipe(
              take(1),
              map(() => command),
              catchError((thrown: unknown) => of(waitFailed(thrown), command)),
            ),
      ),
    );
  const accepted$ = merge(commands$, on('signal').pipe(mergeMap(commandOf))).pipe(
    connect((command$) =>
      merge(
        command$.pipe(filter(hasType('restart'))),
        command$.pipe(filter(hasType('error'))),
        command$.pipe(filter(hasType('log-dropped'))),
        command$.pipe(filter(hasType('reopen'))),
        command$.pipe(
          filter(hasType('shutdown')),
          mergeMap(ifNew),
          mergeMap(whenFree),
          connect((draft$) =>
            merge(
              draft$.pipe(filter(hasType('error'))),
              draft$.pipe(filter(hasType('shutdown')), mergeMap(ifNew), distinctUntilChanged(asksForNothingNew)),
            ),
          ),
        ),
      ),
    ),
  );
  return merge(signals$, accepted$);
};

const waitFailed = (thrown: unknown): EventDraft => ({
  type: 'error',
  error: errorData(
    new Error(`shutdownAfter: the Observable errored: ${messageOf(thrown)}. The shutdown begins`, { cause: thrown }),
  ),
});

/** Also compared with the shutdown before, because a shutdown that has not been delivered is not part of the state yet. */
const asksForNothingNew = (before: EventOf<EventDraft, 'shutdown'>, now: EventOf<EventDraft, 'shutdown'>): boolean =>
  before.force || !now.force;

const commandOf = ({ action, signal, seq }: EventOf<CoreEvent, 'signal'>): Observable<ClusterCommand> => {
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
