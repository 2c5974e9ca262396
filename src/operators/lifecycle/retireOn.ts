import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Process, ProcessEvent } from '../../host/host.js';
import { relay } from '../general/relay.js';

/**
 * Asks a process to leave when one of its events gives a reason for it. The master has not asked for it: the worker leaves on its own.
 *
 * ```
 * source            fo--l----c-----dx|        c: gives a reason
 * retireOn(reason)  fo--l----(cg)--dx|        g: leaving; asked at c
 * ```
 */
export const retireOn =
  (reason: (event: ProcessEvent) => string | undefined): MonoTypeOperatorFunction<ProcessEvent> =>
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
