/** What the application subscribes to and clusters only do while it does. Of the whole process: a cluster may start later. */
import { BehaviorSubject, distinctUntilChanged, map, type MonoTypeOperatorFunction, Observable } from 'rxjs';

/** By name, how many want it. */
const counts = new Map<string, BehaviorSubject<number>>();

const countOf = (name: string): BehaviorSubject<number> => {
  const count = counts.get(name) ?? new BehaviorSubject(0);
  counts.set(name, count);
  return count;
};

/** Whether somebody wants what has this name: now, and when that changes. */
export const wanted$ = (name: string): Observable<boolean> =>
  countOf(name).pipe(
    map((count) => count > 0),
    distinctUntilChanged(),
  );

/** A stream that wants what has this name while it is subscribed. */
export const wanting =
  <T>(name: string): MonoTypeOperatorFunction<T> =>
  (source$) =>
    new Observable((subscriber) => {
      const count = countOf(name);
      // First, so that what is emitted at once arrives.
      subscriber.add(source$.subscribe(subscriber));
      if (subscriber.closed) return;
      count.next(count.value + 1);
      subscriber.add(() => count.next(count.value - 1));
    });
