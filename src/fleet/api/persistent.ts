import { catchError, concat, type Observable, of, switchMap, timer } from 'rxjs';
import type { FleetEvent } from './fleetEvent.js';

/** What the store refuses is tried again after so long, in ms: somebody puts it right on the server. */
const retryMs = 5_000;

/** A part of a fleet that goes on after an error of the store: the error is a `problem`, and the part begins anew after 5 s. */
export const persistent = (part$: Observable<FleetEvent>): Observable<FleetEvent> =>
  part$.pipe(
    catchError((error: unknown, again$) => {
      const problem = error instanceof Error ? error.message : String(error);
      return concat(of({ type: 'problem', problem } as const), timer(retryMs).pipe(switchMap(() => again$)));
    }),
  );
