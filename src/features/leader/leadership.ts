import { filter, map, merge, type Observable, startWith, switchMap, take } from 'rxjs';
import type { ClusterState } from '../../state/clusterState.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { FeatureContext } from '../contract/feature.js';
import type { LeaderDraft } from './events.js';
import type { LeaderState } from './state.js';

type Needed = Pick<FeatureContext<object, LeaderDraft, LeaderState>, 'on' | 'state$' | 'slice'>;

/**
 * Appoints the leader, one worker at a time: first the worker that is ready first, later the one in the lowest slot.
 *
 * ```
 * worker 1   f-r--------t---x|
 * worker 2   f--r---------------
 * result     --b---------(eb)---     b: leader-begin   e: leader-end, when worker 1 has confirmed
 * ```
 *
 * A term begins only after the one before has ended, and none begins after a shutdown. Never completes.
 */
export const leadership$ = ({ on, state$, slice }: Needed): Observable<LeaderDraft> => {
  const now$ = state$.pipe(take(1));

  const appointed$ = on('leader-end').pipe(
    startWith('no term has begun yet'),
    switchMap(() =>
      on('ready').pipe(
        startWith('a worker may be ready already'),
        switchMap(() => now$),
        map((state) => candidate(state, slice)),
        filter((worker) => worker !== undefined),
        take(1),
        map((worker): LeaderDraft => ({ type: 'leader-begin', worker })),
      ),
    ),
  );

  return merge(appointed$, missedEnds$({ on, state$, slice }));
};

/** The process may have exited between the decision and its delivery. It cannot confirm the end of its term then. */
export const missedEnds$ = ({ on, state$, slice }: Needed): Observable<LeaderDraft> =>
  merge(on('leader-begin'), on('exit')).pipe(
    switchMap(({ worker }) =>
      state$.pipe(
        take(1),
        filter((state) => slice.leader?.id === worker.id && !isPresent(state, worker)),
      ),
    ),
    map(() => slice.leader),
    filter((worker) => worker !== undefined),
    map((worker): LeaderDraft => ({
      type: 'leader-end',
      worker,
      why: 'its process had ended',
      ...(slice.token !== undefined && { token: slice.token }),
    })),
  );

/** The ready worker in the lowest slot that has not been the leader; `undefined` after a shutdown has begun. */
export const candidate = ({ slots, stop }: ClusterState, { retired }: LeaderState): WorkerRef | undefined => {
  if (stop !== undefined) return undefined;
  let best: WorkerRef | undefined;
  for (const { slot, workers } of slots.values()) {
    if (best !== undefined && best.slot < slot) continue;
    for (const { worker, ready, leaving } of workers.values()) {
      if (ready && !leaving && !retired.has(worker.id) && best?.slot !== slot) best = worker;
    }
  }
  return best;
};

const isPresent = ({ slots }: ClusterState, { id, slot }: WorkerRef): boolean =>
  slots.get(slot)?.workers.has(id) === true;
