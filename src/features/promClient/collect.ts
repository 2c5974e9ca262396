import {
  EMPTY,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import type { EpicContext } from '../contract/feature.js';
import { type CollectFrame, decodeCollected, name } from './frames.js';
import type { PromClientState } from './state.js';

/** How often a worker is asked, in ms. */
const collectIntervalMs = 5_000;

type Context = Pick<
  EpicContext<object, never, PromClientState>,
  'wanted$' | 'frames$' | 'tell' | 'on' | 'state$' | 'slice'
>;

/**
 * Asks each worker for the metrics of its application while they are wanted: every 5 s, when it is ready, and when it is asked to leave. Passes on the answers; what was not asked for is not read.
 *
 * ```
 * wanted$    -t---------f-
 * tell       -c----c-----
 * frames$    --a----aa----
 * answers$   --a----a-----
 * ```
 */
export const collect$ = ({ wanted$, frames$, tell, on, state$, slice }: Context): Observable<never> => {
  /** The workers that have been asked and have not answered. */
  const asked = new Set<number>();
  const ask = (worker: { readonly id: number }) => {
    // One that is stopped or blocked is not asked again and again: that would fill its channel.
    if (asked.has(worker.id)) return;
    asked.add(worker.id);
    tell(worker, { collect: true } satisfies CollectFrame);
  };
  const everybody$ = timer(0, collectIntervalMs).pipe(
    switchMap(() => state$.pipe(take(1))),
    mergeMap(({ slots }) => from(slots.values())),
    mergeMap(({ workers }) => from(workers.values())),
    map(({ worker }) => worker),
  );
  const single$ = merge(on('ready'), on('retire'), on('leaving')).pipe(map(({ worker }) => worker));
  const asking$ = wanted$(name).pipe(
    switchMap((wanted) => (wanted ? merge(everybody$, single$) : EMPTY)),
    tap(ask),
  );
  const forgetting$ = on('exit').pipe(tap(({ worker }) => asked.delete(worker.id)));
  const answers$ = frames$.pipe(
    filter(({ worker }) => asked.delete(worker.id)),
    tap(({ worker, body }) => {
      const collected = decodeCollected(body);
      if (collected !== undefined) slice.answers$.next({ worker, ...collected });
    }),
  );
  return merge(asking$, forgetting$, answers$).pipe(ignoreElements());
};
