import { defer, filter, map, merge, type Observable, take } from 'rxjs';
import type { ConversationFrame } from '../../channel/conversations.js';
import type { Received } from '../../drawing/receivedRow.js';
import type { ClusterEvent } from '../../features/index.js';
import { hasType } from '../../operators/events/hasType.js';
import { after } from '../../operators/general/after.js';
import { answered } from '../../operators/messages/answered.js';
import type { WorkerBehaviour } from '../simulatedHost.js';
import { hangsFor } from '../simulatedHost.js';

/** A request of the master to all its workers, as the row `request 8ms` sends it. */
interface WorkersRequest {
  /** In ms. */
  readonly timeout: number;
  /** What has happened until now, and what happens from now on. */
  readonly past: readonly ClusterEvent[];
  readonly events$: Observable<ClusterEvent>;
  readonly behaviours: ReadonlyMap<number, WorkerBehaviour>;
  readonly now: () => number;
}

/** Emits for each worker whose channel is open what came of the request: a reply (`replies`), or none (`timeout`, `gone`). */
export const askWorkers = ({ timeout, past, events$, behaviours, now }: WorkersRequest): Observable<Received> =>
  defer(() => {
    const closed = new Set(past.filter(isClosed).map(({ worker }) => worker.id));
    const connected = past.filter(hasType('fork')).filter(({ worker }) => !closed.has(worker.id));
    return merge(
      ...connected.map(({ worker, time }) => {
        const { replies = () => 0, hangs } = behaviours.get(worker.id) ?? {};
        const age = now() - time;
        const reply$ = after((hangs === undefined ? 0 : hangsFor(hangs, age)) + replies(age)).pipe(
          map((): ConversationFrame => ({ type: 'answer', id: 1, message: 'reply' })),
        );
        const gone$ = events$.pipe(
          filter(isClosed),
          filter((event) => event.worker.id === worker.id),
          map((): ConversationFrame => ({ type: 'disconnected' })),
        );
        return merge(reply$, gone$).pipe(
          take(1),
          answered(timeout),
          map(({ error }): Received => ({ row: error?.reason ?? 'replies', time: now(), slot: worker.slot })),
        );
      }),
    );
  });

type Closed = Extract<ClusterEvent, { readonly type: 'disconnect' | 'exit' }>;

const isClosed = (event: ClusterEvent): event is Closed => event.type === 'disconnect' || event.type === 'exit';
