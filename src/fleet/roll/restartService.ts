import { defer, from, map, type Observable } from 'rxjs';
import { restart, type RestartResult } from '../../index.js';
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
      if (result.outcome !== 'done') return { state: 'failed', why: whyFailed(result) };
      const { release, crashes } = now(service);
      return {
        state: 'done',
        ...(release !== undefined && { to: release }),
        ...(crashes !== undefined && { crashes }),
      };
    }),
  );

/** The new code may run in some slots already: then it is not clear from `from` what the host runs. */
export const whyFailed = ({ cause, replaced, kept }: Exclude<RestartResult, { readonly outcome: 'done' }>): string => {
  if (replaced.length === 0) return cause.why;
  const old = kept.length === 0 ? '' : `, the old in ${slots(kept)}`;
  return `${cause.why}; the new code runs in ${slots(replaced)}${old}`;
};

const slots = (numbers: readonly number[]): string =>
  `${numbers.length === 1 ? 'slot' : 'slots'} ${numbers.join(', ')}`;
