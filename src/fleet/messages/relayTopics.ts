import { catchError, defer, EMPTY, ignoreElements, merge, mergeMap, type Observable, tap } from 'rxjs';
import { ConfigError } from '../../index.js';
import type { FleetStore } from '../store/store.js';
import { maxTopicLength, readTopicMessage, type TopicMessage } from './topicMessage.js';
import { publish, topicMessages$ } from './topics.js';

/** What workers of this host publish, and how they get what any host publishes. */
export interface TopicWorkers {
  readonly published$: Observable<Publication>;
  readonly deliver: (message: TopicMessage) => void;
}

/** What a worker publishes. */
export interface Publication {
  readonly message: unknown;
  /** Called once: without an error when the store has it. */
  readonly settled: (error?: Error) => void;
}

/**
 * Passes what workers publish on to the workers of all hosts, this one included.
 *
 * ```
 * published$   -a----b--------
 * deliver      --a----b--c----     c: of another host
 * ```
 *
 * What comes from the store is not published again, so nothing goes round. At most once: what is published while the store is not reachable is lost, and `settled` is called with the reason. Emits nothing, and never completes.
 */
export const relayTopics = (store: FleetStore, { published$, deliver }: TopicWorkers): Observable<never> => {
  const outgoing$ = published$.pipe(
    mergeMap(({ message, settled }) =>
      defer(() => publishRead(store, message)).pipe(
        tap({ complete: () => settled() }),
        catchError((error: unknown) => {
          settled(error instanceof Error ? error : new Error(String(error)));
          return EMPTY;
        }),
      ),
    ),
  );
  const incoming$ = topicMessages$(store, '*').pipe(tap(deliver), ignoreElements());
  return merge(incoming$, outgoing$);
};

const publishRead = (store: FleetStore, message: unknown): Observable<never> => {
  const read = readTopicMessage(message);
  if (read === undefined)
    throw new ConfigError('topic', `expected a text of 1 to ${maxTopicLength} characters, in a message of a worker`);
  return publish(store, read.topic, read.data);
};
