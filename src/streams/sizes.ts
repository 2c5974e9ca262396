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
import type { Policy } from '../config/policy.js';
import { errorData } from '../vocabulary/errorData.js';
import { messageOf } from '../vocabulary/errors.js';
import type { CoreEvent, EventDraft, EventOf, ClusterCommand } from '../vocabulary/events.js';
import type { SizeDecision } from '../vocabulary/sizeDecision.js';
import type { ClusterState } from '../state/clusterState.js';
import { hasType } from '../operators/events/hasType.js';
import type { Feedback } from '../operators/general/loop.js';

/**
 * How many slots there are to be: what the observable `worker` says, and what signals and commands wish. The last one counts.
 *
 * ```
 * worker     3-----x-----3-|      x: nonsense
 * SIGTTOU    ---u------------
 * result     s--s--e-----s-s      3, 2, an error, 3, and it stays at 3
 * ```
 *
 * The observable `worker` is followed from `begun$` on: what is asked inside its first `scale` is heard.
 *
 * What the observable says with a reason is always an event, also when it says that the size stays as it is.
 * Emits `scale`, and `error` for what is no size: the last good one stays. Completes with the shutdown.
 */
export const sizes$ = (
  { sizes$: followed$ }: Pick<Policy, 'sizes$'>,
  wishes$: Observable<ClusterCommand>,
  begun$: Observable<unknown>,
  { on, state$ }: Feedback<CoreEvent, ClusterState>,
): Observable<EventDraft> => {
  const steps$ = merge(
    wishes$.pipe(
      filter(hasType('scale')),
      map(({ to, why }) => unlessSo(to, why)),
    ),
    on('signal').pipe(mergeMap(byOne)),
    begun$.pipe(
      switchMap(() => followed$),
      map(follow),
      endWith(completed),
      catchError((thrown: unknown) => of(failed(thrown))),
    ),
  );
  // What is decided before the last decision has been heard by all goes on from that one.
  return state$.pipe(
    take(1),
    mergeMap(({ size: first }) => steps$.pipe(scan(({ size }, step) => step(size), { size: first } as Decision))),
    mergeMap(({ draft }) => (draft === undefined ? EMPTY : of(draft))),
    takeUntil(on('shutdown')),
  );
};

/** How many slots there are to be now, and then whenever that is decided anew. */
export const size$ = ({ on, state$ }: Feedback<CoreEvent, ClusterState>): Observable<number> => {
  const now$ = state$.pipe(
    take(1),
    map(({ size }) => size),
  );
  // The present comes last: the very fork that it leads to can lead to a scaling.
  return merge(on('scale').pipe(map(({ to }) => to)), now$);
};

interface Decision {
  readonly size: number;
  readonly draft?: EventDraft;
}
type Step = (size: number) => Decision;

const become =
  (to: number, why: string): Step =>
  (from) => ({ size: to, draft: { type: 'scale', from, to, why } });

/** What is so already needs no decision. */
const unlessSo =
  (to: number, why: string): Step =>
  (size) =>
    to === size ? { size } : become(to, why)(size);

const byOne = ({ action, signal }: EventOf<CoreEvent, 'signal'>): Observable<Step> => {
  if (action === 'scale-up') return of((size) => become(size + 1, signal)(size));
  if (action !== 'scale-down') return EMPTY;
  return of((size) =>
    size > 1 ? become(size - 1, signal)(size) : become(size, `${signal}, and there is never fewer than one`)(size),
  );
};

const follow = (value: number | SizeDecision | Error): Step => {
  if (typeof value === 'number') return unlessSo(value, 'the observable `worker`');
  if (value instanceof Error) return (size) => ({ size, draft: { type: 'error', error: errorData(value) } });
  return become(value.to, value.why);
};

const completed: Step = (size) => become(size, 'the observable `worker` has completed')(size);

const failed = (thrown: unknown): Step => {
  const what = messageOf(thrown);
  return follow(
    new Error(`worker: the Observable errored: ${what}. The number of slots stays as it is`, { cause: thrown }),
  );
};
