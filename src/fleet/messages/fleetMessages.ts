import { defer, filter, map, merge, type Observable } from 'rxjs';
import { cmd, messages$, NotRunningError, reportError, request, send } from '../../index.js';
import type { FleetStore } from '../store/store.js';
import { answerRequests } from './answerRequests.js';
import type { WorkerAnswer } from './askMessage.js';
import { type Publication, relayTopics } from './relayTopics.js';
import { publishCommand, topicCommand, type TopicMessage } from './topicMessage.js';

/**
 * Connects the workers of this process with those of all hosts of a fleet: what they publish reaches the workers of all hosts, and requests to all hosts are answered by them.
 *
 * Workers use `publish` and `topic$` with the scope `fleet`. Emits nothing, and never completes. What cannot be published is an `error` event.
 */
export const fleetMessages = (store: FleetStore, host: string): Observable<never> =>
  merge(
    relayTopics(store, {
      published$: defer(() => messages$).pipe(
        filter(cmd(publishCommand)),
        map(({ message, reply }): Publication => ({ message, settled: settle(reply) })),
      ),
      deliver,
    }),
    answerRequests(store, host, askWorkers),
  );

/** The worker need not wait for the answer, so what fails is an event as well. */
const settle =
  (reply?: (answer: unknown) => void) =>
  (error?: Error): void => {
    if (error !== undefined) reportError(error);
    try {
      reply?.(error);
    } catch {
      // The worker has left, or another fleet has answered.
    }
  };

const deliver = ({ topic, data }: TopicMessage): void => {
  try {
    send({ cmd: topicCommand, topic, data });
  } catch (error) {
    // Without a cluster nobody wants it.
    if (!(error instanceof NotRunningError)) reportError(error);
  }
};

const askWorkers = (message: unknown, timeout: number): Observable<WorkerAnswer> =>
  request(message, { timeout }).pipe(
    map(({ worker: { cluster, slot }, reply, error }) =>
      error === undefined ? { cluster, slot, reply } : { cluster, slot, error: error.message },
    ),
  );
