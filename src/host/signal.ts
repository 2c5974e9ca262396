import { Observable, share } from 'rxjs';

const signals = new Map<string, Observable<string>>();

/**
 * Emits a signal of this process while subscribed. All subscribers share one listener, so that many clusters cause no warning of Node about leaked listeners.
 */
export const signal = (name: string): Observable<string> => {
  const existing = signals.get(name);
  if (existing !== undefined) return existing;
  const signal$ = listen(name).pipe(share());
  signals.set(name, signal$);
  return signal$;
};

const listen = (name: string): Observable<string> =>
  new Observable((subscriber) => {
    const handle = () => subscriber.next(name);
    process.on(name, handle);
    return () => process.off(name, handle);
  });
