import { EMPTY, filter, map, mergeMap, type Observable, take } from 'rxjs';
import type { Policy } from '../config/policy.js';
import type { CoreEvent, ClusterCommand } from '../vocabulary/events.js';
import type { Host, ProcessEvent } from '../host/host.js';
import type { ClusterState } from '../state/clusterState.js';
import { retireOn } from '../operators/lifecycle/retireOn.js';
import { replacesLeaving } from '../operators/respawn/replacesLeaving.js';
import type { Feedback } from '../operators/general/loop.js';

/**
 * A worker that somebody outside wants to go (SIGTERM) serves on until its replacement is available: a restart of its slot, which is void if the worker
 * leaves before its turn. None is asked for after a shutdown, nor where no worker that leaves is replaced.
 *
 * ```
 * on('replace-request')  --r-----r--
 * shutdown               ------s----
 * result                 --w--------      w: a restart of one slot
 * ```
 *
 * Does not end by itself.
 */
export const replacements$ = (
  policy: Pick<Policy, 'respawn'>,
  { on, state$ }: Feedback<CoreEvent, ClusterState>,
): Observable<ClusterCommand> => {
  if (!replacesLeaving(policy)) return EMPTY;
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

/** A host whose processes leave when somebody outside wants them to, where no worker that leaves is replaced; elsewhere the host as it is. */
export const leaving = (host: Host, policy: Pick<Policy, 'respawn'>): Host => {
  if (replacesLeaving(policy)) return host;
  return { ...host, fork: (slotRef) => host.fork(slotRef).pipe(retireOn(wantedGone)) };
};

const wantedGone = (event: ProcessEvent): string | undefined =>
  event.type === 'replace-request' ? event.why : undefined;
