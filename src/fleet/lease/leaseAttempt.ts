import { catchError, defer, map, type Observable, switchMap, throwError, timeout } from 'rxjs';
import { StoreConflictError, StoreUnreachableError } from '../store/errors.js';
import type { Entry, FleetStore } from '../store/store.js';
import { isHeldBy, leaseRecord } from './leaseRecord.js';

/** A lease, who wants it, and on which clock its time is counted. */
export interface LeaseContext {
  readonly store: FleetStore;
  readonly key: string;
  readonly holder: string;
  /** How long an entry of the bucket lives, in ms. */
  readonly ttl: number;
  /** A monotonic clock, in ms. */
  readonly now: () => number;
}

/** A write of the lease that was carried out. */
export interface HeldLease {
  readonly revision: number;
  /** Until when the lease is held, by `now`. */
  readonly until: number;
}

/** A quarter of the time to live is kept back: for clocks that run at different speeds, and for work that cannot stop at once. */
const marginOf = (ttl: number): number => ttl / 4;

/** From one renewal to the next. */
export const renewalPeriodOf = (ttl: number): number => ttl / 4;

/** How long the store may take for an answer. So several attempts fit in the time that a lease has left. */
const answerTimeOf = (ttl: number): number => ttl / 8;

/** From an attempt that has failed to the next one. */
export const retryDelayOf = (ttl: number): number => ttl / 16;

/**
 * Takes the lease if nobody holds it: it does not exist, this holder wrote it, or it still has the revision `seen`, which the caller has seen for a whole time to live.
 * Emits once and completes. Errors with `StoreConflictError` if somebody else holds it, with `StoreUnreachableError`.
 */
export const takeLease = (context: LeaseContext, seen?: number): Observable<HeldLease> => {
  const { store, key, holder } = context;
  const created$ = store.create('leases', key, leaseRecord(holder));
  return timed(context, created$.pipe(catchConflict(() => replace(context, seen))));
};

/**
 * Renews the lease that this holder wrote at `revision`, or at a later one: a write that failed as unreachable may have been carried out.
 * Emits once and completes. Errors like `takeLease`.
 */
export const renewLease = (context: LeaseContext, revision: number): Observable<HeldLease> => {
  const { store, key, holder } = context;
  const updated$ = store.update('leases', key, leaseRecord(holder), revision);
  return timed(context, updated$.pipe(catchConflict(() => replace(context))));
};

/** Writes over an entry that is this holder's own or has this revision. */
const replace = ({ store, key, holder }: LeaseContext, seen?: number): Observable<number> =>
  store
    .get('leases', key)
    .pipe(
      switchMap((entry) =>
        entry !== undefined && (isHeldBy(entry, holder) || entry.revision === seen)
          ? store.update('leases', key, leaseRecord(holder), entry.revision)
          : throwError(() => new StoreConflictError(`The lease ${key} is held by ${holderOf(entry)}.`)),
      ),
    );

const holderOf = (entry: Entry | undefined): string => (entry === undefined ? 'nobody' : 'somebody else');

/** The time of the lease is counted from before the write is sent, because the store counts it from some moment after that. */
const timed = ({ key, ttl, now }: LeaseContext, revision$: Observable<number>): Observable<HeldLease> =>
  defer(() => {
    const sent = now();
    const late = () => new StoreUnreachableError(`The lease ${key} was not answered within ${answerTimeOf(ttl)} ms.`);
    return revision$.pipe(
      timeout({ first: answerTimeOf(ttl), with: () => throwError(late) }),
      map((revision) => {
        // A process that was stopped meanwhile may read the answer before its timers.
        if (now() - sent > answerTimeOf(ttl)) throw late();
        return { revision, until: sent + ttl - marginOf(ttl) };
      }),
    );
  });

const catchConflict = (next: () => Observable<number>) =>
  catchError<number, Observable<number>>((error: unknown) =>
    error instanceof StoreConflictError ? next() : throwError(() => error),
  );

/** The store has refused, or has not answered. Any other error is one of the program. */
export const isStoreFailure = (error: unknown): boolean =>
  error instanceof StoreConflictError || error instanceof StoreUnreachableError;
