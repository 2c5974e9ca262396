import {
  catchError,
  EMPTY,
  endWith,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  scan,
  switchMap,
  take,
  takeUntil,
} from 'rxjs';
import type { ClusterOptions } from '../config/clusterOptions.js';
import { errorData } from '../vocabulary/errorData.js';
import { messageOf } from '../vocabulary/errors.js';
import type { CoreEvent, EventDraft, EventOf, ClusterCommand } from '../vocabulary/events.js';
import type { SizeDecision } from '../vocabulary/sizeDecision.js';
import type { ClusterState } from '../state/clusterState.js';
import { hasType } from '../operators/events/hasType.js';
import type { Feedback } from '../operators/general/loop.js';

/**
 * Decides the number of slots, from the observable `worker`, signals and commands. The latest one counts.
 *
 * ```
 * worker     3-----x-----3-|      x: no size
 * SIGTTOU    ---u------------
 * result     s--s--e-----s-s      3, 2, an error, 3, and it stays at 3
 * ```
 *
 * The observable `worker` is subscribed when `begun$` emits, so that commands that are issued during its first `scale` are received.
 *
 * A size with a reason is always an event, also if the size stays the same.
 * Emits `scale`, and `error` for a value that is no size; then the size stays. Completes with the shutdown.
 */
export const sizes$ = (
  { sizes$: followed$ }: Pick<ClusterOptions, 'sizes$'>,
  commands$: Observable<ClusterCommand>,
  begun$: Observable<unknown>,
  { on, state$ }: Feedback<CoreEvent, ClusterState>,
): Observable<EventDraft> => {
  const steps$ = merge(
    commands$.pipe(
      filter(hasType('scale')),
      map(({ to, why }) => changeTo(to, why)),
    ),
    on('signal').pipe(mergeMap(stepOfSignal)),
    begun$.pipe(
      switchMap(() => followed$),
      map(stepOfValue),
      endWith(completed),
      catchError((thrown: unknown) => of(stepOfError(thrown))),
    ),
  );
  // Each step continues from the last decision, even if that has not been delivered yet.
  return state$.pipe(
    take(1),
    mergeMap(({ size: first }) => steps$.pipe(scan(({ size }, step) => step(size), { size: first } as Decision))),
    mergeMap(({ draft }) => (draft === undefined ? EMPTY : of(draft))),
    takeUntil(on('shutdown')),
  );
};

/** The decided number of slots: the current one, and each further one. */
export const size$ = ({ on, state$ }: Feedback<CoreEvent, ClusterState>): Observable<number> => {
  const now$ = state$.pipe(
    take(1),
    map(({ size }) => size),
  );
  // The current size is merged last, because its forks can lead to a scaling.
  return merge(on('scale').pipe(map(({ to }) => to)), now$);
};

interface Decision {
  readonly size: number;
  readonly draft?: EventDraft;
}
type Step = (size: number) => Decision;

const scaleTo =
  (to: number, why: string): Step =>
  (from) => ({ size: to, draft: { type: 'scale', from, to, why } });

/** No event if the size stays. */
const changeTo =
  (to: number, why: string): Step =>
  (size) =>
    to === size ? { size } : scaleTo(to, why)(size);

const stepOfSignal = ({ action, signal }: EventOf<CoreEvent, 'signal'>): Observable<Step> => {
  if (action === 'scale-up') return of((size) => scaleTo(size + 1, signal)(size));
  if (action !== 'scale-down') return EMPTY;
  return of((size) =>
    size > 1 ? scaleTo(size - 1, signal)(size) : scaleTo(size, `${signal}, and there is never fewer than one`)(size),
  );
};

const stepOfValue = (value: number | SizeDecision | Error): Step => {
  if (typeof value === 'number') return changeTo(value, 'the observable `worker`');
  if (value instanceof Error) return (size) => ({ size, draft: { type: 'error', error: errorData(value) } });
  return scaleTo(value.to, value.why);
};

const completed: Step = (size) => scaleTo(size, 'the observable `worker` has completed')(size);

const stepOfError = (thrown: unknown): Step => {
  const what = messageOf(thrown);
  return stepOfValue(
    new Error(`worker: the Observable errored: ${what}. The number of slots stays as it is`, { cause: thrown }),
  );
};
