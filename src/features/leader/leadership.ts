import { EMPTY, filter, map, merge, type Observable, startWith, switchMap, take } from 'rxjs';
import type { Policy } from '../../config/policy.js';
import type { ClusterEvent, EventDraft, WorkerRef } from '../../vocabulary/events.js';
import type { Host } from '../../host/host.js';
import type { ClusterState } from '../../state/clusterState.js';
import type { Feedback } from '../../operators/general/loop.js';
import { withLeadership } from './withLeadership.js';

type Hearing = Feedback<ClusterEvent, ClusterState>;

/**
 * Who leads: with the option `leader`, one worker at a time. The first that is ready is appointed, later the one in the lowest slot.
 *
 * ```
 * worker 1   f-r--------t---x|
 * worker 2   f--r---------------
 * result     --b---------(eb)---     b: leader-begin   e: leader-end, when worker 1 has answered
 * ```
 *
 * The next term begins when the last one has ended, not before; none begins after a shutdown. Does not end by itself.
 */
export const leadership$ = ({ leader }: Pick<Policy, 'leader'>, { on, state$ }: Hearing): Observable<EventDraft> => {
  if (!leader) return EMPTY;
  const now$ = state$.pipe(take(1));

  const appointed$ = on('leader-end').pipe(
    startWith('nobody has led yet'),
    switchMap(() =>
      on('ready').pipe(
        startWith('somebody may be ready'),
        switchMap(() => now$),
        map(candidate),
        filter((worker) => worker !== undefined),
        take(1),
        map((worker): EventDraft => ({ type: 'leader-begin', worker })),
      ),
    ),
  );

  // Between the decision and its delivery the process may have ended: then nobody was there to be told, and nobody answers.
  const missed$ = merge(on('leader-begin'), on('exit')).pipe(
    switchMap(({ worker }) =>
      now$.pipe(filter((census) => census.leader?.id === worker.id && !isSeated(census, worker))),
    ),
    map(({ leader }) => leader),
    filter((worker) => worker !== undefined),
    map((worker): EventDraft => ({ type: 'leader-end', worker, why: 'its process had ended' })),
  );
  return merge(appointed$, missed$);
};

/** A host whose processes are told of their term, with the option `leader`; without it, the host as it is. */
export const hostWithLeadership = (host: Host, { leader }: Pick<Policy, 'leader'>, { on }: Hearing): Host =>
  leader ? { ...host, fork: (seat) => host.fork(seat).pipe(withLeadership(on('leader-begin'))) } : host;

/** The ready worker in the lowest slot; nobody once a shutdown has begun. */
const candidate = ({ slots, stop }: ClusterState): WorkerRef | undefined => {
  if (stop !== undefined) return undefined;
  let best: WorkerRef | undefined;
  for (const { slot, workers } of slots.values()) {
    if (best !== undefined && best.slot < slot) continue;
    for (const { worker, ready, leaving, led } of workers.values()) {
      if (ready && !leaving && !led && best?.slot !== slot) best = worker;
    }
  }
  return best;
};

const isSeated = ({ slots }: ClusterState, { id, slot }: WorkerRef): boolean =>
  slots.get(slot)?.workers.has(id) === true;
