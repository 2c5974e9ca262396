import { EMPTY, filter, map, mergeMap, type Observable, take } from 'rxjs';
import type { ClusterOptions } from '../config/clusterOptions.js';
import type { CoreEvent, ClusterCommand } from '../vocabulary/events.js';
import type { Host, ProcessEvent } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import { retireOn } from '../operators/lifecycle/retireOn.js';
import { replacesLeaving } from '../operators/respawn/replacesLeaving.js';
import type { Feedback } from '../operators/general/loop.js';

/**
 * A worker that receives SIGTERM from outside serves until its replacement is available: this requests a restart of its slot, which has no effect if the worker
 * leaves before. Nothing is requested after a shutdown, nor with `temporary` and `transient`, where a worker that is told to leave is not replaced.
 *
 * ```
 * on('replace-request')  --r-----r--
 * shutdown               ------s----
 * result                 --w--------      w: a restart of one slot
 * ```
 *
 * Never completes, except with `temporary` and `transient`: then at once.
 */
export const replacements$ = (
  options: Pick<ClusterOptions, 'respawn'>,
  { on, state$ }: Feedback<CoreEvent, ClusterState>,
): Observable<ClusterCommand> => {
  if (!replacesLeaving(options)) return EMPTY;
  return on('replace-request').pipe(
    mergeMap(({ worker, why, seq }) =>
      state$.pipe(
        take(1),
        filter(({ stop }) => stop === undefined),
        map((): ClusterCommand => {
          const by = `worker ${worker.id}, which got ${why}`;
          return { type: 'restart', request: `${why}#${seq}`, why: by, slot: worker.slot, worker };
        }),
      ),
    ),
  );
};

/** With `temporary` and `transient`, a host whose processes leave when they receive SIGTERM from outside. Otherwise the host itself. */
export const retireOnSigterm = (host: Host, options: Pick<ClusterOptions, 'respawn'>): Host => {
  if (replacesLeaving(options)) return host;
  return { ...host, fork: (slotRef, forkOptions) => host.fork(slotRef, forkOptions).pipe(retireOn(replaceReason)) };
};

const replaceReason = (event: ProcessEvent): string | undefined =>
  event.type === 'replace-request' ? event.why : undefined;
