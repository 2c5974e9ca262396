import { concatMap, EMPTY, filter, map, merge, mergeMap, type Observable, of, take, takeUntil } from 'rxjs';
import { after } from '../../operators/general/after.js';
import { replacesLeaving } from '../../operators/respawn/replacesLeaving.js';
import type { ClusterState } from '../../state/clusterState.js';
import type { EventDraft, EventOf, WorkerRef } from '../../vocabulary/events.js';
import type { FeatureContext } from '../contract/feature.js';
import type { HealthDraft } from './events.js';
import type { HealthState } from './state.js';

type Context = Pick<FeatureContext<object, HealthDraft, HealthState>, 'on' | 'state$' | 'slice' | 'options'>;

/** From SIGABRT to SIGKILL, in ms: the time to write a core dump. */
const timeToAbort = 2_000;

/**
 * What is done about workers that hang. One that serves is replaced first, by a restart of its slot when no other restart runs, so that they are replaced one after the other. It is
 * asked to leave when its replacement is available, and cannot hear that: SIGABRT follows at once, and SIGKILL where that does not end it. A worker that has recovered before its turn stays.
 *
 * ```
 * on('hung')      --1--2------------------
 * on('retire')    ---------1---------2----
 * result          --R------a-----R---a----      R: restart of its slot, 2 in its turn   a: kill by SIGABRT
 * ```
 *
 * One that does not serve, that is a replacement itself and is not available yet, or is not replaced before it leaves, is killed at once, and one whose replacement fails is killed then: it serves nobody, and the respawn policy has a
 * backoff. Does not end by itself.
 */
export const replaceHung$ = ({ on, state$, slice, options }: Context): Observable<EventDraft> => {
  const now$ = state$.pipe(take(1));
  const turn$ = state$.pipe(
    filter(({ roll }) => roll === undefined),
    take(1),
  );
  const hangs = ({ slots, stop }: ClusterState, { id, slot }: WorkerRef): boolean =>
    stop === undefined && slice.hung.has(id) && slots.get(slot)?.workers.get(id)?.leaving === false;
  const whyNotReplaced = ({ slots, roll }: ClusterState, { id, slot }: WorkerRef): string | undefined => {
    const slotState = slots.get(slot);
    if (slotState?.workers.get(id)?.ready !== true) return 'it was never ready';
    // Otherwise it would win, with the workers that it is the canary for.
    const isReplacement = slotState.contested ? slotState.newcomer === id : roll?.inProgress.has(slot) === true;
    if (isReplacement) return 'it is to replace a worker, and is not available yet';
    return replacesLeaving(options) ? undefined : 'no worker is replaced before it leaves';
  };

  const killed$ = on('hung').pipe(
    mergeMap(({ worker }) =>
      now$.pipe(
        filter((state) => hangs(state, worker)),
        map((state) => whyNotReplaced(state, worker)),
        filter((why) => why !== undefined),
        map((why) => abort(worker, why)),
      ),
    ),
  );

  const replaced = ({ worker, seq }: { readonly worker: WorkerRef; readonly seq: number }): Observable<EventDraft> => {
    const request = `hung#${seq}`;
    const end$ = merge(on('restart-end'), on('restart-abort')).pipe(
      filter(({ requests }) => requests.includes(request)),
      take(1),
    );
    const restart: EventDraft = {
      type: 'restart',
      request,
      why: `worker ${worker.id}, which hangs`,
      slot: worker.slot,
      worker,
    };
    const failed$ = end$.pipe(
      filter(({ type }) => type === 'restart-abort'),
      mergeMap(({ result }) =>
        now$.pipe(
          filter((state) => hangs(state, worker)),
          map(() => abort(worker, `its replacement failed: ${result.cause?.why ?? ''}`)),
        ),
      ),
    );
    // The end may come with the beginning.
    return merge(failed$, of(restart));
  };
  const replaced$ = on('hung').pipe(
    concatMap((event) =>
      turn$.pipe(
        mergeMap((state) =>
          hangs(state, event.worker) && whyNotReplaced(state, event.worker) === undefined ? replaced(event) : EMPTY,
        ),
      ),
    ),
  );

  const retired$ = on('retire').pipe(
    filter(({ worker }) => slice.hung.get(worker.id)?.aborted === false),
    map(({ worker }) => abort(worker, 'it cannot hear that it is to leave')),
  );

  const finished$ = on('kill').pipe(
    filter(({ signal }) => signal === 'SIGABRT'),
    mergeMap(({ worker }) => {
      const stopped = slice.hung.get(worker.id)?.why === 'stopped';
      const why = stopped
        ? 'it hangs: a stopped process acts on no other signal'
        : `it hangs: still there ${timeToAbort} ms after SIGABRT`;
      return after(stopped ? 0 : timeToAbort).pipe(
        takeUntil(on('exit').pipe(filter((exit) => exit.worker.id === worker.id))),
        map((): EventDraft => ({ type: 'kill', worker, signal: 'SIGKILL', why })),
      );
    }),
  );
  return merge(killed$, replaced$, retired$, finished$);
};

const abort = (worker: WorkerRef, why: string): EventOf<EventDraft, 'kill'> => ({
  type: 'kill',
  worker,
  signal: 'SIGABRT',
  why: `it hangs: ${why}`,
  remaining: timeToAbort,
});
