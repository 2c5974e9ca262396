import { Observable, type Subscriber } from 'rxjs';

/**
 * Grants at most `limit` permits at a time. A subscriber waits for its permit, receives a function that
 * releases it, and the stream completes. Unsubscribing while waiting leaves the queue.
 *
 * ```
 * semaphore(1)  first   (p|)
 *               second  -----(p|)       when the first has released its permit
 * ```
 *
 * @example
 * const boots$ = semaphore(2);
 * boots$.pipe(switchMap((release) => boot$.pipe(finalize(release))));
 */
export const semaphore = (limit: number): Observable<() => void> => {
  const queue: Subscriber<() => void>[] = [];
  let granted = 0;

  const createPermit = () => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      granted -= 1;
      grant();
    };
  };
  const grant = () => {
    while (granted < limit) {
      const next = queue.shift();
      if (next === undefined) return;
      granted += 1;
      next.next(createPermit());
      next.complete();
    }
  };

  return new Observable((subscriber) => {
    queue.push(subscriber);
    grant();
    return () => {
      const place = queue.indexOf(subscriber);
      if (place >= 0) queue.splice(place, 1);
    };
  });
};
