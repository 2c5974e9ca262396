import { catchError, defer, EMPTY, filter, finalize, map, mergeMap, type Observable, of, reduce } from 'rxjs';
import type { FleetStore } from '../store/store.js';
import { type Ask, answerSubject, askSubject, type HostAnswer, readAsk, type WorkerAnswer } from './askMessage.js';

/** So many requests of the fleet are in progress in one host. */
const maxRequests = 100;

/** Asks the workers of this host: emits one answer of each, and completes. */
export type AskWorkers = (message: unknown, timeout: number) => Observable<WorkerAnswer>;

/**
 * Answers requests to all hosts with the replies of the workers of this one. More than 100 at a time are answered with an error. What is no request is ignored. Emits nothing, and never completes.
 */
export const answerRequests = (store: FleetStore, host: string, askWorkers: AskWorkers): Observable<never> =>
  defer(() => {
    let inProgress = 0;
    const answerOf = ({ message, timeout }: Ask): Observable<HostAnswer> => {
      if (inProgress >= maxRequests) return of({ host, replies: [], error: `${maxRequests} requests are in progress` });
      inProgress += 1;
      return defer(() => askWorkers(message, timeout)).pipe(
        reduce((replies: readonly WorkerAnswer[], reply) => [...replies, reply], []),
        map((replies): HostAnswer => ({ host, replies })),
        catchError((error: unknown) => of<HostAnswer>({ host, replies: [], error: textOf(error) })),
        finalize(() => (inProgress -= 1)),
      );
    };
    return store.subscribe(askSubject).pipe(
      map(({ value }) => readAsk(value)),
      filter((ask) => ask !== undefined),
      mergeMap((ask) =>
        answerOf(ask).pipe(
          mergeMap((answer) => store.publish(answerSubject(ask.id), answer)),
          // The store is not reachable, or a reply is no JSON: who asks waits for its time.
          catchError(() => EMPTY),
        ),
      ),
    );
  });

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
