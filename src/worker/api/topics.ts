import type { Observable } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { checkName, checkOptions } from '../../channel/requestOptions.js';
import { ConfigError, showValue } from '../../vocabulary/errors.js';
import { fleetTopic$, publishToFleet } from './fleetTopics.js';
import { masterConnection, rejectChannelClosed } from './masterConnection.js';

/** Who is reached by a topic. */
export interface TopicOptions {
  /** `cluster` (default): the workers of this cluster. `fleet`: the workers of all clusters on all hosts of the fleet that the master is in. Topics of the two scopes have nothing to do with each other. */
  readonly scope?: 'cluster' | 'fleet' | undefined;
}

const defaultOptions: TopicOptions = {};

/**
 * Publishes data to all workers of the cluster that have subscribed to the topic, this one included, through the master. Other workers receive nothing. What one worker publishes keeps its
 * order. Resolves as `send` does. Throws `MessageError` for data that cannot be serialised. Without a master nothing is sent.
 *
 * With the scope `fleet` it reaches the workers of all hosts that have subscribed with this scope, at most once. Resolves when the master has passed it on, and rejects with `MessageError` if it cannot: the master is in no fleet, the
 * store of the fleet is not reachable, or the data is no JSON or too long. That is an `error` event as well, so it need not be awaited.
 *
 * @example
 * publish('prices', { id: 7, price: 12 });
 * await publish('prices', { id: 7, price: 12 }, { scope: 'fleet' });
 */
export const publish = (topic: string, data: unknown, options: TopicOptions = defaultOptions): Promise<void> => {
  checkName('publish()', topic);
  if (scopeOf('publish()', options, 'the data') === 'fleet') return publishToFleet(topic, data);
  const connection = masterConnection();
  if (connection?.isOpen() === false) return rejectChannelClosed('publish');
  const room = connection?.waitForRoom('publish', 10_000);
  connection?.send({ type: 'publish', topic, data });
  return room ?? Promise.resolve();
};

/**
 * The data that is published under a topic, from when the master has received the subscription. With the scope `fleet` it is what the workers of all hosts publish with this scope. Never completes and never errors.
 *
 * @example
 * topic$<{ id: number }>('prices').subscribe(({ id }) => cache.delete(id));
 * topic$<{ id: number }>('prices', { scope: 'fleet' }).subscribe(({ id }) => cache.delete(id));
 */
export const topic$ = <D = unknown>(topic: string, options: TopicOptions = defaultOptions): Observable<D> => {
  checkName('topic$()', topic);
  if (scopeOf('topic$()', options, 'the topic') === 'fleet') return fleetTopic$<D>(topic);
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

const scopeOf = (caller: string, options: TopicOptions, after: string): 'cluster' | 'fleet' => {
  if (options === defaultOptions) return 'cluster';
  checkOptions(caller, options, ['scope'], after);
  const { scope = 'cluster' } = options;
  // JavaScript may pass anything.
  const given: unknown = scope;
  if (given !== 'cluster' && given !== 'fleet')
    throw new ConfigError(`${caller}.scope`, `expected 'cluster' or 'fleet', got ${showValue(given)}`);
  return given;
};
