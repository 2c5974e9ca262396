import { concat, defer, EMPTY, mergeMap, type MonoTypeOperatorFunction, of } from 'rxjs';
import type { Process, ProcessEvent } from '../host/host.js';

/**
 * Asks a process to go that has closed its servers itself. It has not been told to: it leaves on its own account.
 *
 * ```
 * source     fo--l----c-----dx|        c: closed
 * forsake()  fo--l----(cg)--dx|        g: leaving; asked at c
 * ```
 *
 * For workers that are ready when they listen: one that listens no more serves nobody.
 */
export const forsake = (): MonoTypeOperatorFunction<ProcessEvent> => (source$) =>
  defer(() => {
    let process: Process | undefined;
    return source$.pipe(
      mergeMap((event) => {
        if (event.type === 'fork') ({ process } = event);
        if (event.type !== 'closed') return of(event);
        // First, for the answer may come at once.
        const told: readonly ProcessEvent[] = [event, { type: 'leaving', why: 'it has closed its servers' }];
        return concat(
          told,
          defer(() => {
            process?.disconnect();
            return EMPTY;
          }),
        );
      }),
    );
  });
