import { Observable, type Subscriber } from 'rxjs';
import { subscribedFor, whileReporting } from './reports.js';

/** A hot stream that never ends, with its `next`. */
export interface Broadcast<T> extends Observable<T> {
  readonly next: (value: T) => void;
}

/**
 * A Subject that never completes, for values that are emitted very often: it costs a quarter of one. A subscriber that is added during an emission gets the next value first; one that is removed gets no more.
 * For a value that reports a failure, `culpritOf` returns the subscriber that caused it: that one does not receive the value.
 *
 * ```
 * next        -a-b-c-
 * result      -a-b-c-
 * later       ---b-c-
 * ```
 */
export const broadcast = <T>(culpritOf: (value: T) => object | undefined = noCulprit): Broadcast<T> => {
  // Replaced and never mutated, so that an emission in progress keeps its list.
  let subscribers: readonly Subscriber<T>[] = [];
  const ownerOf = new WeakMap<Subscriber<T>, object>();
  const stream$ = new Observable<T>((subscriber) => {
    const owner = subscribedFor();
    if (owner !== undefined) ownerOf.set(subscriber, owner);
    subscribers = [...subscribers, subscriber];
    return () => {
      subscribers = subscribers.filter((other) => other !== subscriber);
    };
  });
  const report = (value: T, culprit: object): void =>
    whileReporting(() => {
      for (const subscriber of subscribers) if (ownerOf.get(subscriber) !== culprit) subscriber.next(value);
    });
  const next = (value: T): void => {
    const culprit = culpritOf(value);
    if (culprit !== undefined) return report(value, culprit);
    for (const subscriber of subscribers) subscriber.next(value);
  };
  return Object.assign(stream$, { next });
};

const noCulprit = () => undefined;
