import type { Observable } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { checkName } from '../../channel/requestOptions.js';
import { masterConnection, refused } from './masterConnection.js';

/**
 * Publishes something to all workers of the cluster that follow the topic, this one included, by way of the master. Those that do not follow it receive nothing. The order of what one worker publishes is
 * kept. Resolves as `send` does. Throws `MessageError` for what cannot be serialised. Without a master nobody hears it.
 *
 * @example
 * publish('prices', { id: 7, price: 12 });
 */
export const publish = (topic: string, data: unknown): Promise<void> => {
  checkName('publish()', topic);
  const open = masterConnection();
  if (open?.isOpen() === false) return refused('publish');
  const room = open?.room('publish', 10_000);
  open?.say({ type: 'publish', topic, data });
  return room ?? Promise.resolve();
};

/**
 * What is published under a topic, from when the master has heard of the subscription. Never completes and never errors.
 *
 * @example
 * topic$<{ id: number }>('prices').subscribe(({ id }) => cache.delete(id));
 */
export const topic$ = <D = unknown>(topic: string): Observable<D> => {
  checkName('topic$()', topic);
  return new (rxjs().Observable)<D>((subscriber) => {
    const open = masterConnection();
    if (open === undefined) return undefined;
    const { followers } = open;
    const count = followers.get(topic) ?? 0;
    followers.set(topic, count + 1);
    if (count === 0) open.say({ type: 'join', topic });
    subscriber.add(
      open.published.listen((published) => {
        // What is published under a topic is the application's own affair.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        if (published.topic === topic) subscriber.next(published.data as D);
      }),
    );
    return () => {
      const left = (followers.get(topic) ?? 1) - 1;
      if (left > 0) followers.set(topic, left);
      else {
        followers.delete(topic);
        open.say({ type: 'leave', topic });
      }
    };
  });
};
