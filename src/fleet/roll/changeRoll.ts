import { defer, map, type Observable, of, retry, switchMap, tap, throwError, timer } from 'rxjs';
import type { RollRecord } from '../records/roll.js';
import { StoreConflictError, StoreUnreachableError } from '../store/errors.js';
import type { FleetStore } from '../store/store.js';
import { requireReadable } from './readRoll.js';

/** After how long a store that was not reachable is tried again, in ms. */
export const retryAfter = 1_000;

/** A record as it was read or written. */
export interface StoredRoll {
  readonly record: RollRecord | undefined;
  readonly revision: number;
}

/**
 * Changes the record of a service by compare-and-set: reads it, decides, and writes what `change` returns, as often as somebody else was faster. `undefined`, or the record itself, changes nothing.
 *
 * With `patient` it waits for a store that is not reachable. A write that was not answered may have been carried out, so `change` is asked again, with the record that has the change, and with `unanswered`.
 *
 * Emits the record as it is then, and completes. Errors with `RollError` if the record cannot be read, with what `change` throws, and, unless it is patient, with `StoreUnreachableError`.
 */
export const changeRoll = (
  store: FleetStore,
  service: string,
  change: (record: RollRecord | undefined, unanswered: boolean) => RollRecord | undefined,
  patient: boolean,
): Observable<StoredRoll> =>
  defer(() => {
    let unanswered = false;
    const noteLost = (error: unknown): void => {
      unanswered ||= error instanceof StoreUnreachableError;
    };
    return defer(() => store.get('rolls', service)).pipe(
      switchMap((entry) => {
        const before = requireReadable(service, entry?.value);
        const next = change(before, unanswered);
        if (next === undefined || next === before) return of({ record: before, revision: entry?.revision ?? 0 });
        const written$ =
          entry === undefined
            ? store.create('rolls', service, next)
            : store.update('rolls', service, next, entry.revision);
        return written$.pipe(
          tap({ error: noteLost }),
          map((revision) => ({ record: next, revision })),
        );
      }),
      retry({
        delay: (error: unknown) => {
          if (error instanceof StoreConflictError) return of(0);
          return patient && error instanceof StoreUnreachableError ? timer(retryAfter) : throwError(() => error);
        },
      }),
    );
  });
