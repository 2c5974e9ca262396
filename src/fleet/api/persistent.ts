import { Observable, retry, timer } from 'rxjs';
import type { FleetEvent } from './fleetEvent.js';

/** What the store refuses is tried again after so long, in ms: somebody puts it right on the server. */
const retryMs = 5_000;

/**
 * A part of a fleet that goes on after an error of the store: the error is a `problem`, and the part begins anew after 5 s.
 *
 * The problem is emitted beside the part. With `catchError` and `concat` each failure would run inside the one before, until the stack is full.
 */
export const persistent = (part$: Observable<FleetEvent>): Observable<FleetEvent> =>
  new Observable((subscriber) => {
    const delay = (error: unknown) => {
      subscriber.next({ type: 'problem', problem: error instanceof Error ? error.message : String(error) });
      return timer(retryMs);
    };
    return part$.pipe(retry({ delay })).subscribe(subscriber);
  });
