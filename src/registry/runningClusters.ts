import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import { type ErrorData, errorData } from '../vocabulary/errorData.js';
import { messageOf } from '../vocabulary/errors.js';
import type { ClusterEvent } from '../features/index.js';
import type { HistoryEntry } from '../vocabulary/messageBatch.js';
import type { EventOf, ClusterCommand, WorkerRef } from '../vocabulary/events.js';
import type { NodeHost } from '../host/nodeHost.js';
import { type Broadcast, broadcast } from '../operators/general/broadcast.js';
import type { ClusterState } from '../state/clusterState.js';
import { type RecentLines, recentLines } from '../log/recentLines.js';
import type { LogRecord } from '../vocabulary/logRecord.js';
import type { Traffic } from './traffic.js';

/** A cluster of this process, from its subscription to its end. */
export interface RunningCluster {
  readonly name: string;
  readonly host: NodeHost;
  readonly state: ClusterState;
  /** With `respawn: 'temporary'` a supervisor does not restart the cluster either. */
  readonly temporary: boolean;
  /** Its options as plain data: without the environment, with secrets masked. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Hands a command to its pipeline. */
  readonly submit: (command: ClusterCommand) => void;
  /** What its workers have sent and written. */
  readonly traffic: Traffic;
  /** Emits once, when the cluster has ended or was unsubscribed. */
  readonly gone$: Observable<void>;
}

/** The clusters that are running now. */
export const runningClusters$ = new BehaviorSubject<readonly RunningCluster[]>([]);

/** The subscriber whose failure an error event reports. */
const failedSubscribers = new WeakMap<ErrorData, object>();

/** The subscriber whose failure this event reports, if it does. */
export const failedSubscriberOf = (event: HistoryEntry<ClusterEvent>): object | undefined =>
  event.type === 'error' ? failedSubscribers.get(event.error) : undefined;

/** The events of all running clusters, in order. The failure of a subscriber is an event for the other subscribers only. */
export const allEvents$: Broadcast<HistoryEntry<ClusterEvent>> = broadcast(failedSubscriberOf);

/** The lines that workers write, as long as there is a subscriber. */
export const logRecords$ = new Subject<LogRecord>();

/** The last lines that workers have written, also without a subscriber. */
export const keptLines: RecentLines = recentLines();

/** Emits when all clusters are asked to shut down, and not a single one by its name. */
export const shutdownAll$ = new Subject<void>();

/** Emits an event that belongs to no particular cluster: the first running cluster emits it. Without one it goes only to the hot streams, with `seq: 0`. */
export const emitError = (draft: EventOf<ClusterCommand, 'error' | 'log-dropped'>): void => {
  const [running] = runningClusters$.value;
  if (running === undefined) allEvents$.next({ ...draft, time: Date.now(), seq: 0, cluster: '' });
  else running.submit(draft);
};

/** Emits an `error` event about a message of this worker. */
export const reportWorkerError = (worker: WorkerRef | undefined, problem: Error): void => {
  const error = errorData(problem);
  const running = runningClusters$.value.find(({ name }) => name === worker?.cluster);
  if (running === undefined || worker === undefined)
    allEvents$.next({ type: 'error', error, time: Date.now(), seq: 0, cluster: '' });
  else running.submit({ type: 'error', error, worker });
};

/** Emits an `error` event for what a callback threw. `subscriber`, to whom the callback belongs, does not receive it. */
export const reportError =
  (what: string) =>
  (thrown: unknown, subscriber?: object): void => {
    const error = errorData(new Error(`${what} threw: ${messageOf(thrown)}`, { cause: thrown }));
    if (subscriber !== undefined) failedSubscribers.set(error, subscriber);
    emitError({ type: 'error', error });
  };
