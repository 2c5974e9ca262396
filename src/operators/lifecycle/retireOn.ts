import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import type { Process, ProcessEvent } from '../../host/host.js';
import { relay } from '../general/relay.js';

/**
 * Asks a process to leave when `reason` returns a text for one of its events. It counts as leaving on its own, because the master has not decided it.
 *
 * ```
 * source            fo--l----c-----dx|        c: has a reason
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
        // Before `disconnect`, because the process may answer at once.
        subscriber.next({ type: 'leaving', why });
        process?.disconnect();
      };
      return source$.subscribe(relay(subscriber, follow));
    });
