import { catchError, EMPTY, filter, ignoreElements, map, merge, type Observable, switchMap, timer } from 'rxjs';
import type { FleetStore } from '../store/store.js';
import { viewedUnder, viewRequests } from './answerViewers.js';
import { decodeViewedLines, type ViewedLines, type ViewRequest } from './viewRequest.js';

/** How often a viewer says that it is still there. */
const renewMs = 2_000;

/**
 * What all hosts show of their events or log lines, from those who answer, in the order in which it comes. Emits lines of one host at a time, with how many were left out. Never completes.
 *
 * @example
 * viewLines(store, { id: randomUUID(), what: 'logs', level: 'warn', lines: 10 }).subscribe(({ host, lines }) => console.log(host, lines));
 */
export const viewLines = (store: FleetStore, request: ViewRequest): Observable<ViewedLines> => {
  const answers$ = store.subscribe(`${viewedUnder(request.id)}.*`).pipe(
    map(({ value }) => decodeViewedLines(value)),
    filter((lines) => lines !== undefined),
  );
  const asks$ = timer(0, renewMs).pipe(
    switchMap(() =>
      store.publish(viewRequests, request).pipe(
        catchError(() => EMPTY),
        ignoreElements(),
      ),
    ),
  );
  return merge(answers$, asks$);
};
