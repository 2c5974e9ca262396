import { defer, from, map, type Observable } from 'rxjs';
import { restart } from '../../index.js';
import type { HostOutcome } from './hostStep.js';

/** What is known of a service of this host, for the record of a roll. */
export interface ServiceNow {
  /** What its code calls itself. */
  readonly release?: string | undefined;
  /** Its crashes since the start of the master, as the member record counts them. */
  readonly crashes?: number | undefined;
}

/** Restarts a cluster of this master, slot after slot. `now` is asked when that is done. Emits once and completes; errors with `NotRunningError` if the master has no such cluster. */
export const restartService = (service: string, now: (service: string) => ServiceNow): Observable<HostOutcome> =>
  defer(() => from(restart({ cluster: service, why: 'a restart of the fleet' }))).pipe(
    map((result): HostOutcome => {
      if (result.outcome !== 'done') return { state: 'failed', why: result.cause.why };
      const { release, crashes } = now(service);
      return {
        state: 'done',
        ...(release !== undefined && { to: release }),
        ...(crashes !== undefined && { crashes }),
      };
    }),
  );
