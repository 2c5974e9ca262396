import { Observable, type Subscriber } from 'rxjs';
import { subscribedFor, whileReporting } from './reports.js';

/** A hot stream that never ends, and how it is told. */
export interface Broadcast<T> extends Observable<T> {
  readonly next: (value: T) => void;
}

/**
 * A Subject that only goes on, for what is told very often: it costs a quarter of one. Who subscribes while a value is told hears from the next on, and who unsubscribes hears no more.
 * `culpritOf` says of a value that reports a failure whose failure it is: that subscriber does not hear of it.
 *
 * ```
 * next        -a-b-c-
 * result      -a-b-c-
 * later       ---b-c-
 * ```
 */
export const broadcast = <T>(culpritOf: (value: T) => object | undefined = nobody): Broadcast<T> => {
  // Changed by replacing it: whoever is being told goes on with the one there was.
  let hearing: readonly Subscriber<T>[] = [];
  const madeFor = new WeakMap<Subscriber<T>, object>();
  const stream$ = new Observable<T>((subscriber) => {
    const who = subscribedFor();
    if (who !== undefined) madeFor.set(subscriber, who);
    hearing = [...hearing, subscriber];
    return () => {
      hearing = hearing.filter((other) => other !== subscriber);
    };
  });
  const report = (value: T, culprit: object): void =>
    whileReporting(() => {
      for (const subscriber of hearing) if (madeFor.get(subscriber) !== culprit) subscriber.next(value);
    });
  const next = (value: T): void => {
    const culprit = culpritOf(value);
    if (culprit !== undefined) return report(value, culprit);
    for (const subscriber of hearing) subscriber.next(value);
  };
  return Object.assign(stream$, { next });
};

const nobody = () => undefined;
