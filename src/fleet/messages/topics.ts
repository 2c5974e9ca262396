import { defer, filter, map, type Observable } from 'rxjs';
import { ConfigError } from '../../index.js';
import { subjectPart } from '../store/natsNames.js';
import type { FleetStore } from '../store/store.js';
import { maxTopicLength, readTopicMessage, type TopicMessage } from './topicMessage.js';

/** More characters of JSON are not published: NATS takes a megabyte, and each host gets a copy. */
const maxLength = 256 * 1_024;

/**
 * Publishes data to the workers of all hosts of a fleet that have subscribed to the topic with the scope `fleet`. Each subscription publishes once. At most once: what is published while the store is not reachable is lost.
 *
 * Emits nothing, and completes when the data has been handed to the store. Errors with `StoreUnreachableError`, and with `ConfigError` for data that is no JSON or has more than 256 Ki characters of it. Throws `ConfigError` for a topic
 * that is no text of 1 to 255 characters.
 *
 * @example
 * natsStore({ servers: 'nats-1:4222', name: 'shop' })
 *   .pipe(switchMap((store) => store.reachable$.pipe(first(Boolean), switchMap(() => publish(store, 'price', { id: 7, price: 12 })))))
 *   .subscribe({ error: console.error });
 */
export const publish = (store: FleetStore, topic: string, data: unknown): Observable<never> => {
  checkTopic('publish()', topic);
  return defer(() => {
    const message: TopicMessage = { topic, data };
    const { length } = asJson(message);
    if (length > maxLength)
      throw new ConfigError(`topic '${topic}'`, `expected ${maxLength} characters of JSON at most, got ${length}`);
    return store.publish(`topic.${subjectPart(topic)}`, message);
  });
};

/**
 * What the workers of all hosts of a fleet, and `publish`, publish under a topic. Never completes, and never errors. Throws `ConfigError` like `publish`.
 *
 * @example
 * natsStore({ servers: 'nats-1:4222', name: 'shop' })
 *   .pipe(switchMap((store) => topic$(store, 'price')))
 *   .subscribe(console.log);
 */
export const topic$ = <D = unknown>(store: FleetStore, topic: string): Observable<D> => {
  checkTopic('topic$()', topic);
  return topicMessages$(store, subjectPart(topic)).pipe(
    filter((message) => message.topic === topic),
    // The type of the data is the caller's claim; it is not checked.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    map(({ data }) => data as D),
  );
};

/** What is published under the topics that a part of a subject stands for. What is no message is ignored. */
export const topicMessages$ = (store: FleetStore, part: string): Observable<TopicMessage> =>
  store.subscribe(`topic.${part}`).pipe(
    map(({ value }) => readTopicMessage(value)),
    filter((message) => message !== undefined),
  );

const checkTopic = (caller: string, topic: unknown): void => {
  if (typeof topic !== 'string' || topic === '' || topic.length > maxTopicLength)
    throw new ConfigError(caller, `expected a topic of 1 to ${maxTopicLength} characters`);
};

const asJson = (message: TopicMessage): string => {
  try {
    return JSON.stringify(message);
  } catch (error) {
    throw new ConfigError(`topic '${message.topic}'`, `expected data that is JSON; ${String(error)}`);
  }
};
