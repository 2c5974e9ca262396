import {
  concat,
  concatMap,
  distinctUntilChanged,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  startWith,
  switchMap,
  take,
  withLatestFrom,
} from 'rxjs';
import { after } from '../../operators/general/after.js';
import { cron$ } from '../../operators/general/cron.js';
import type { ClusterState } from '../../state/clusterState.js';
import type { EventDraft, EventOf, Stamped, WorkerRef } from '../../vocabulary/events.js';
import type { FeatureContext } from '../contract/feature.js';
import type { RecycleDraft } from './events.js';
import { defaultJitter, type Recycle } from './options.js';
import { pauseAfter, pauseBetween } from './pauses.js';
import { type RecycleState, requestOf } from './state.js';

type Context = Pick<
  FeatureContext<{ readonly recycle: Recycle }, RecycleDraft, RecycleState>,
  'on' | 'state$' | 'slice' | 'host'
>;

/**
 * Has workers replaced that are to be recycled, one after the other: a restart of the slot, while no other is in progress, and a pause before the next one.
 * Who leaves before its turn, or was replaced by a restart, or whose replacement a restart has just failed to start, is left out.
 *
 * ```
 * on('recycle')       1--2-----------------
 * on('restart-end')   -------e-----------e-
 * result              r----------r---------     r: restart of the slot of 1, then of 2
 * ```
 *
 * At the times of `at` all workers are to be recycled. Does not end by itself.
 */
export const recycling$ = (
  { at, timezone, jitter = defaultJitter }: Recycle,
  context: Context,
): Observable<RecycleDraft | EventDraft> => {
  const { on, state$, slice, host } = context;
  const now$ = state$.pipe(take(1));

  const replaced$ = on('recycle').pipe(
    concatMap((asked) =>
      state$.pipe(
        filter(({ roll }) => roll === undefined),
        take(1),
        filter((state) => slice.waiting.get(asked.worker.id)?.seq === asked.seq && serves(state, asked.worker)),
        mergeMap(() =>
          concat(
            merge(endOf$(requestOf(asked.seq), context), of(restartOf(asked))),
            after(pauseBetween(jitter, host.random())).pipe(ignoreElements()),
          ),
        ),
      ),
    ),
  );
  if (at === undefined) return replaced$;
  // The next round would probably fail, too: a time that comes too soon after a failure is left out.
  const pausing$ = merge(on('restart-abort'), on('restart-end')).pipe(
    map(() => slice.failedRounds),
    startWith(0),
    distinctUntilChanged(),
    switchMap((failures) =>
      failures === 0 ? of(false) : concat(of(true), after(pauseAfter(failures)).pipe(map(() => false))),
    ),
  );
  const scheduled$ = cron$(at, { timezone }).pipe(
    withLatestFrom(pausing$),
    filter(([, pausing]) => !pausing),
    map(([time]) => time),
    mergeMap((time) => now$.pipe(mergeMap((state) => present(state).map((worker) => [worker, time] as const)))),
    filter(([{ id }]) => !slice.waiting.has(id)),
    map(([worker, value]): RecycleDraft => ({ type: 'recycle', worker, why: 'at', value })),
  );
  return merge(replaced$, scheduled$);
};

/** Whether it is there, and nobody has asked it to leave. */
export const serves = ({ slots, stop }: ClusterState, { slot, id }: WorkerRef): boolean =>
  stop === undefined && slots.get(slot)?.workers.get(id)?.leaving === false;

/** The workers that are ready, in the order of their slots. */
const present = ({ slots, stop }: ClusterState): readonly WorkerRef[] =>
  stop !== undefined
    ? []
    : [...slots.values()].flatMap(({ workers }) =>
        [...workers.values()].filter(({ ready, leaving }) => ready && !leaving).map(({ worker }) => worker),
      );

const restartOf = ({ seq, worker, why }: Stamped<RecycleDraft>): EventOf<EventDraft, 'restart'> => ({
  type: 'restart',
  request: requestOf(seq),
  why: `recycle.${why} of worker ${worker.id}`,
  slot: worker.slot,
  worker,
});

/** Completes when the restart of this request has ended. */
const endOf$ = (request: string, { on }: Context): Observable<never> =>
  merge(on('restart-end'), on('restart-abort')).pipe(
    filter(({ requests }) => requests.includes(request)),
    take(1),
    ignoreElements(),
  );
