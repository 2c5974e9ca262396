import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Process, ProcessEvent } from '../../host/host.js';
import { relay } from '../../operators/general/relay.js';

/**
 * Asks a process to go when it gives a reason for it, by default that it has closed its servers itself. It has not been told to: it leaves on its own account.
 *
 * ```
 * source     fo--l----c-----dx|        c: closed
 * forsake()  fo--l----(cg)--dx|        g: leaving; asked at c
 * ```
 *
 * For workers that are ready when they listen: one that listens no more serves nobody.
 */
export const retireWhenClosed =
  (reason: (event: ProcessEvent) => string | undefined = hasClosed): MonoTypeOperatorFunction<ProcessEvent> =>
  (source$) =>
    new Observable((subscriber) => {
      let process: Process | undefined;
      const follow = (event: ProcessEvent) => {
        if (event.type === 'fork') ({ process } = event);
        subscriber.next(event);
        const why = reason(event);
        if (why === undefined) return;
        // First, for the answer may come at once.
        subscriber.next({ type: 'leaving', why });
        process?.disconnect();
      };
      return source$.subscribe(relay(subscriber, follow));
    });

const hasClosed = ({ type }: ProcessEvent): string | undefined =>
  type === 'closed' ? 'it has closed its servers' : undefined;
