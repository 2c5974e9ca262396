import { defer, filter, map, merge, type Observable, tap } from 'rxjs';
import { topicRouter, type TopicMessage } from '../../channel/topicRouter.js';
import type { Received } from '../../drawing/receivedRow.js';
import type { ClusterEvent } from '../../features/index.js';
import { after } from '../../operators/general/after.js';
import { topicRowOf } from './diagramTraffic.js';

/** Workers that publish and subscribe, as rows such as `worker 1 publishes price` say. */
interface Topics {
  /** The rows, with the ms of their marks. */
  readonly rows: readonly { readonly name: string; readonly times: readonly number[] }[];
  readonly events$: Observable<ClusterEvent>;
  readonly now: () => number;
}

/** Emits for each worker what reaches it under a topic, in the row `topic price`. A worker that does not run, or has closed its channel, neither publishes nor subscribes. */
export const deliverTopics = ({ rows, events$, now }: Topics): Observable<Received> =>
  defer(() => {
    const slots = new Map<number, number>();
    const written$ = merge(...rows.flatMap(({ name, times }) => framesOf(name, times))).pipe(
      filter(({ from }) => slots.has(from)),
    );
    const closed$ = events$.pipe(
      tap((event) => {
        if (event.type === 'fork') slots.set(event.worker.id, event.worker.slot);
      }),
      filter((event) => event.type === 'disconnect' || event.type === 'exit'),
      tap(({ worker }) => slots.delete(worker.id)),
      map(({ worker }): TopicMessage => ({ from: worker.id, frame: { type: 'disconnected' } })),
    );
    return merge(closed$, written$).pipe(
      topicRouter(),
      map(({ to, frame }) => ({ row: `topic ${frame.topic}`, time: now(), slot: slots.get(to) ?? 0 })),
    );
  });

/** The frames that a row sends, each at its time. */
const framesOf = (name: string, times: readonly number[]): readonly Observable<TopicMessage>[] => {
  const row = topicRowOf(name);
  if (row === undefined) return [];
  const { worker: from, does, topic } = row;
  return times.map((time, index) =>
    after(time).pipe(
      map((): TopicMessage => {
        if (does === 'publishes') return { from, frame: { type: 'publish', topic, data: index } };
        return { from, frame: { type: index % 2 === 0 ? 'join' : 'leave', topic } };
      }),
    ),
  );
};
