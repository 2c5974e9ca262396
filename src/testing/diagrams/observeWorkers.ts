import { concat, defer, filter, interval, map, type Observable, of, scan, startWith, take, takeUntil } from 'rxjs';
import type { Converse, ConversationFrame } from '../../channel/conversations.js';
import type { Received } from '../../drawing/receivedRow.js';
import type { ClusterEvent } from '../../features/index.js';
import { type FollowedSlot, type FollowedWorker, followWorkers } from '../../operators/messages/followWorkers.js';
import { observed } from '../../operators/messages/observed.js';
import { type ClusterStatus, foldStatus } from '../../status.js';

/** A stream that each worker exposes, and the master observes, as the row `observe 5ms` does. */
interface Observation {
  /** The stream of a worker emits every so many ms. */
  readonly every: number;
  /** What has happened until now, and what happens from now on. */
  readonly past: readonly ClusterEvent[];
  readonly events$: Observable<ClusterEvent>;
  readonly now: () => number;
}

interface Worker extends FollowedWorker {
  readonly slot: number;
}

/** Emits for each value that comes, as `observe()` without an address does: from each worker that is ready until it has left. Completes with the events. */
export const observeWorkers = ({ every, past, events$, now }: Observation): Observable<Received> =>
  defer(() => {
    const before = past.reduce(foldStatus, []);
    return events$.pipe(
      scan(foldStatus, before),
      startWith(before),
      map((clusters) => clusters.flatMap(slotsOf)),
      followWorkers(({ id, slot }, left$) =>
        observed(streamOf(id, every, events$), 'stream', mostAhead, of, left$).pipe(
          map((): Received => ({ row: 'observed', time: now(), slot })),
        ),
      ),
    );
  });

const mostAhead = 64;

const slotsOf = ({ slots }: ClusterStatus): readonly FollowedSlot<Worker>[] =>
  slots.map(({ state, workers }) => ({
    vacant: state === 'vacant',
    workers: workers.map(({ id, slot, readyAt, leaving = false }) => ({
      id,
      slot,
      ready: readyAt !== undefined,
      leaving,
    })),
  }));

/** What a worker with an endless stream says to the master that opens it. */
const streamOf =
  (worker: number, every: number, events$: Observable<ClusterEvent>): Converse =>
  () => {
    const closed$ = events$.pipe(
      filter((event) => (event.type === 'disconnect' || event.type === 'exit') && event.worker.id === worker),
      take(1),
    );
    return concat(
      interval(every).pipe(
        map((value): ConversationFrame => ({ type: 'value', id: 1, value })),
        takeUntil(closed$),
      ),
      of<ConversationFrame>({ type: 'disconnected' }),
    );
  };
