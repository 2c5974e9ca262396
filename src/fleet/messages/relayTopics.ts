import { catchError, EMPTY, filter, ignoreElements, map, merge, mergeMap, type Observable, tap } from 'rxjs';
import { subjectPart } from '../store/natsNames.js';
import type { FleetStore } from '../store/store.js';
import { readTopicMessage, type TopicMessage } from './topicMessage.js';

/** What workers of this host publish, and how they get what any host publishes. */
export interface TopicWorkers {
  readonly published$: Observable<unknown>;
  readonly deliver: (message: TopicMessage) => void;
  /** Called for what could not be published. */
  readonly failed: (error: unknown) => void;
}

/** More characters of JSON are not published: NATS takes a megabyte, and each host gets a copy. */
const maxLength = 256 * 1_024;

/**
 * Passes what workers publish on to the workers of all hosts, this one included.
 *
 * ```
 * published$   -a----b--------
 * deliver      --a----b--c----     c: of another host
 * ```
 *
 * What comes from the store is not published again, so nothing goes round. At most once: what is published while the store is not reachable is lost, and `failed` is called. What is no message is ignored. Emits nothing, and never completes.
 */
export const relayTopics = (store: FleetStore, { published$, deliver, failed }: TopicWorkers): Observable<never> => {
  const publish = (message: TopicMessage): Observable<never> => {
    const { length } = JSON.stringify(message);
    if (length > maxLength)
      throw new Error(`topic '${message.topic}': expected ${maxLength} characters of JSON at most, got ${length}`);
    return store.publish(`topic.${subjectPart(message.topic)}`, message);
  };
  const outgoing$ = published$.pipe(
    map(readTopicMessage),
    filter((message) => message !== undefined),
    mergeMap((message) => caught(() => publish(message), failed)),
  );
  const incoming$ = store.subscribe('topic.*').pipe(
    map(({ value }) => readTopicMessage(value)),
    filter((message) => message !== undefined),
    tap(deliver),
    ignoreElements(),
  );
  return merge(incoming$, outgoing$);
};

const caught = (request: () => Observable<never>, failed: (error: unknown) => void): Observable<never> => {
  try {
    return request().pipe(
      catchError((error: unknown) => {
        failed(error);
        return EMPTY;
      }),
    );
  } catch (error) {
    failed(error);
    return EMPTY;
  }
};
