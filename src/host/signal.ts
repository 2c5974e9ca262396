import { Observable, share } from 'rxjs';

const signals = new Map<string, Observable<string>>();

/**
 * Handles a signal of this process while somebody is subscribed, with one handler for all who are: many clusters are not a leak of listeners, which Node would warn of.
 */
export const signal = (name: string): Observable<string> => {
  const known = signals.get(name);
  if (known !== undefined) return known;
  const signal$ = handled(name).pipe(share());
  signals.set(name, signal$);
  return signal$;
};

const handled = (name: string): Observable<string> =>
  new Observable((subscriber) => {
    const handle = () => subscriber.next(name);
    process.on(name, handle);
    return () => process.off(name, handle);
  });
