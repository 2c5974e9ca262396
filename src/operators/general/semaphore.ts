import { Observable, type Subscriber } from 'rxjs';

/**
 * Lets at most `limit` through at a time. Who subscribes waits in line, gets a function that says
 * "I am through" when it is their turn, and the stream completes. Unsubscribing leaves the line.
 *
 * ```
 * turnstile(1)  first   (t|)
 *               second  -----(t|)       when the first has said so
 * ```
 *
 * @example
 * const boots$ = turnstile(2);
 * boots$.pipe(switchMap((through) => boot$.pipe(finalize(through))));
 */
export const semaphore = (limit: number): Observable<() => void> => {
  const line: Subscriber<() => void>[] = [];
  let inside = 0;

  const ticket = () => {
    let used = false;
    return () => {
      if (used) return;
      used = true;
      inside -= 1;
      admit();
    };
  };
  const admit = () => {
    while (inside < limit) {
      const next = line.shift();
      if (next === undefined) return;
      inside += 1;
      next.next(ticket());
      next.complete();
    }
  };

  return new Observable((subscriber) => {
    line.push(subscriber);
    admit();
    return () => {
      const place = line.indexOf(subscriber);
      if (place >= 0) line.splice(place, 1);
    };
  });
};
