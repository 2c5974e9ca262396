import type { Observable } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { checkName } from '../../channel/requestOptions.js';
import { masterConnection, rejectChannelClosed } from './masterConnection.js';

/**
 * Publishes data to all workers of the cluster that have subscribed to the topic, this one included, through the master. Other workers receive nothing. What one worker publishes keeps its
 * order. Resolves as `send` does. Throws `MessageError` for data that cannot be serialised. Without a master nothing is sent.
 *
 * @example
 * publish('prices', { id: 7, price: 12 });
 */
export const publish = (topic: string, data: unknown): Promise<void> => {
  checkName('publish()', topic);
  const connection = masterConnection();
  if (connection?.isOpen() === false) return rejectChannelClosed('publish');
  const room = connection?.waitForRoom('publish', 10_000);
  connection?.send({ type: 'publish', topic, data });
  return room ?? Promise.resolve();
};

/**
 * The data that is published under a topic, from when the master has received the subscription. Never completes and never errors.
 *
 * @example
 * topic$<{ id: number }>('prices').subscribe(({ id }) => cache.delete(id));
 */
export const topic$ = <D = unknown>(topic: string): Observable<D> => {
  checkName('topic$()', topic);
  return new (rxjs().Observable)<D>((subscriber) => {
    const open = masterConnection();
    if (open === undefined) return undefined;
    const { topicSubscriptions } = open;
    const count = topicSubscriptions.get(topic) ?? 0;
    topicSubscriptions.set(topic, count + 1);
    if (count === 0) open.send({ type: 'join', topic });
    subscriber.add(
      open.published.listen((published) => {
        // The type of the data is the caller's claim; it is not checked.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        if (published.topic === topic) subscriber.next(published.data as D);
      }),
    );
    return () => {
      const remaining = (topicSubscriptions.get(topic) ?? 1) - 1;
      if (remaining > 0) topicSubscriptions.set(topic, remaining);
      else {
        topicSubscriptions.delete(topic);
        open.send({ type: 'leave', topic });
      }
    };
  });
};
