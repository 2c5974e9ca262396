import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import { type ErrorData, errorData } from '../vocabulary/errorData.js';
import { messageOf } from '../vocabulary/errors.js';
import type { ClusterEvent } from '../features/index.js';
import type { EventOf, ClusterCommand, WorkerRef } from '../vocabulary/events.js';
import type { NodeHost } from '../host/nodeHost.js';
import { type Broadcast, broadcast } from '../operators/general/broadcast.js';
import type { ClusterState } from '../state/clusterState.js';
import type { LogRecord } from '../vocabulary/logRecord.js';

/** A cluster of this process that has been subscribed and has not ended. */
export interface RunningCluster {
  readonly name: string;
  readonly host: NodeHost;
  readonly state: ClusterState;
  /** Whether its workers are never respawned, so that a supervisor does not start it again either. */
  readonly temporary: boolean;
  /** Puts a wish into its pipeline. */
  readonly submit: (wish: ClusterCommand) => void;
  /** Emits once, when it has ended or has been unsubscribed. */
  readonly gone$: Observable<void>;
}

/** The clusters that are running, for everything that acts on them by name or on all of them. */
export const runningClusters$ = new BehaviorSubject<readonly RunningCluster[]>([]);

/** Whose failure an error reports. */
const culprits = new WeakMap<ErrorData, object>();

/** The subscriber whose failure this event reports. */
export const culpritOf = (event: ClusterEvent): object | undefined =>
  event.type === 'error' ? culprits.get(event.error) : undefined;

/** What they tell, in the order in which they tell it. A failure of a subscriber is told to the others. */
export const allEvents$: Broadcast<ClusterEvent> = broadcast(culpritOf);

/** The lines that their workers write, if somebody listens. */
export const logRecords$ = new Subject<LogRecord>();

/** Emits when everything is asked to shut down at once, and not one cluster by its name. */
export const shutdownAll$ = new Subject<void>();

/** Makes an event of what concerns no cluster more than another: the first one tells it. */
export const emitError = (draft: EventOf<ClusterCommand, 'error' | 'log-dropped'>): void => {
  const [running] = runningClusters$.value;
  if (running === undefined) allEvents$.next({ ...draft, time: Date.now(), seq: 0, cluster: '' });
  else running.submit(draft);
};

/** Makes an event of something that a message of this worker went wrong with. */
export const reportWorkerError = (worker: WorkerRef | undefined, problem: Error): void => {
  const error = errorData(problem);
  const its = runningClusters$.value.find(({ name }) => name === worker?.cluster);
  if (its === undefined || worker === undefined)
    allEvents$.next({ type: 'error', error, time: Date.now(), seq: 0, cluster: '' });
  else its.submit({ type: 'error', error, worker });
};

/** Makes an event of what somebody's callback threw. `culprit`, who has given the callback, does not hear of it. */
export const reportError =
  (what: string) =>
  (thrown: unknown, culprit?: object): void => {
    const error = errorData(new Error(`${what} threw: ${messageOf(thrown)}`, { cause: thrown }));
    if (culprit !== undefined) culprits.set(error, culprit);
    emitError({ type: 'error', error });
  };
