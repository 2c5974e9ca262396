import { BehaviorSubject, type Observable, Subject } from 'rxjs';
import { messageOf } from './errors.js';
import type { ClusterEvent, Of, Wish, WorkerRef } from './events.js';
import type { NodeHost } from './host/node.js';
import { type Broadcast, broadcast } from './operators/broadcast.js';
import type { Census } from './operators/census.js';
import type { LogRecord } from './records.js';

/** A cluster of this process that has been subscribed and has not ended. */
export interface Running {
  readonly name: string;
  readonly host: NodeHost;
  readonly census: Census;
  /** Whether its workers are never respawned, so that a supervisor does not start it again either. */
  readonly temporary: boolean;
  /** Puts a wish into its pipeline. */
  readonly ask: (wish: Wish) => void;
  /** Emits once, when it has ended or has been unsubscribed. */
  readonly gone$: Observable<void>;
}

/** The clusters that are running, for everything that acts on them by name or on all of them. */
export const running$ = new BehaviorSubject<readonly Running[]>([]);

/** Whose failure an error reports. */
const culprits = new WeakMap<Error, object>();

/** The subscriber whose failure this event reports. */
export const culpritOf = (event: ClusterEvent): object | undefined =>
  event.type === 'error' ? culprits.get(event.error) : undefined;

/** What they tell, in the order in which they tell it. A failure of a subscriber is told to the others. */
export const told$: Broadcast<ClusterEvent> = broadcast(culpritOf);

/** The lines that their workers write, if somebody listens. */
export const written$ = new Subject<LogRecord>();

/** Emits when everything is asked to shut down at once, and not one cluster by its name. */
export const allAsked$ = new Subject<void>();

/** Makes an event of what concerns no cluster more than another: the first one tells it. */
export const announce = (draft: Of<Wish, 'error' | 'log-dropped'>): void => {
  const [running] = running$.value;
  if (running === undefined) told$.next({ ...draft, time: Date.now(), seq: 0, cluster: '' });
  else running.ask(draft);
};

/** Makes an event of something that a message of this worker went wrong with. */
export const complain = (worker: WorkerRef | undefined, error: Error): void => {
  const its = running$.value.find(({ name }) => name === worker?.cluster);
  if (its === undefined || worker === undefined)
    told$.next({ type: 'error', error, time: Date.now(), seq: 0, cluster: '' });
  else its.ask({ type: 'error', error, worker });
};

/** Makes an event of what somebody's callback threw. `culprit`, who has given the callback, does not hear of it. */
export const report =
  (what: string) =>
  (thrown: unknown, culprit?: object): void => {
    const error = new Error(`${what} threw: ${messageOf(thrown)}`, { cause: thrown });
    if (culprit !== undefined) culprits.set(error, culprit);
    announce({ type: 'error', error });
  };
