import {
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  exhaustMap,
  filter,
  finalize,
  interval,
  map,
  type Observable,
  of,
  repeat,
  retry,
  startWith,
  switchMap,
  take,
  takeWhile,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { StoreConflictError, StoreUnreachableError } from '../store/errors.js';
import type { FleetStore } from '../store/store.js';
import {
  type HeldLease,
  isStoreFailure,
  type LeaseContext,
  renewalPeriodOf,
  renewLease,
  retryDelayOf,
  takeLease,
} from './leaseAttempt.js';
import { isHeldBy } from './leaseRecord.js';

/** A lease that is held. */
export interface Lease {
  /** The fencing token: grows from each holder of the lease to the next. The same for as long as it is held. */
  readonly token: number;
}

/** A lease that is held, with its time. */
export interface LeaseTerm extends Lease {
  /** Until when it is held unless it is renewed, in ms of the clock `now`. */
  readonly until: number;
}

export interface LeaseOptions {
  /** A monotonic clock, in ms. Default: `performance.now`. */
  readonly now?: () => number;
  /**
   * Asked when a held lease is unsubscribed: whether what it protects has ended. Then it is given back, and others take it at once. Otherwise nobody takes it before it has expired.
   * Default: it has.
   */
  readonly released?: () => boolean;
}

/**
 * Whether this holder has the lease, which one at a time has.
 *
 * ```
 * lease$                u--t-----------u--------t--     t: { token }   u: undefined
 * writes                -c---r---r---r---         c     c: create   r: renewal; from the second on they are not answered
 * ```
 *
 * Emits `undefined` at first, `{ token }` when the lease has been taken, and `undefined` when it is lost. It is renewed four times in its `ttl` (ms, the time to live of the bucket `leases`). Its time counts from before the last
 * successful renewal was sent, and it ends a quarter of `ttl` before it can have expired, whatever the store says: so another holder has it only later, also if the store is not reachable. A lease that is lost is tried
 * for again. One that was not renewed for a `ttl` is taken also if the store does not let it expire.
 *
 * `holder` is different for each subscription in the fleet, for example the name of the host and its `instance`. On unsubscription a held lease is given back, by one request that is not waited for.
 * Never completes; errors only if the bucket cannot be used at all.
 *
 * The rules are those of Chubby and etcd: a lease with a time to live, counted conservatively by its holder, and a token for the systems it writes to.
 *
 * @example
 * lease$(store, 'roll.shop', `${host} ${instance}`, 10_000)
 *   .pipe(switchMap((lease) => (lease ? drive(lease.token) : EMPTY)))
 *   .subscribe();
 */
export const lease$ = (
  store: FleetStore,
  key: string,
  holder: string,
  ttl: number,
  options?: LeaseOptions,
): Observable<Lease | undefined> =>
  leaseTerms$(store, key, holder, ttl, options).pipe(
    distinctUntilChanged((one, other) => one?.token === other?.token),
    map((term) => term && { token: term.token }),
  );

/** `lease$`, and each renewal: for holders who pass the time of the lease on. */
export const leaseTerms$ = (
  store: FleetStore,
  key: string,
  holder: string,
  ttl: number,
  { now = () => performance.now(), released = () => true }: LeaseOptions = {},
): Observable<LeaseTerm | undefined> => {
  const context: LeaseContext = { store, key, holder, ttl, now };
  const round$ = taken$(context).pipe(switchMap((held) => held$(context, held, released)));
  return concat(of(undefined), round$).pipe(
    repeat(),
    distinctUntilChanged((one, other) => one === undefined && other === undefined),
  );
};

/** Waits until nobody holds the lease, and takes it. Emits once and completes. */
const taken$ = (context: LeaseContext): Observable<HeldLease> => {
  const { store, key, holder, ttl } = context;
  /** The revision of another holder's entry; `undefined`: none is known. Entries of this holder are left to `takeLease`, because they may be of the write that is under way. */
  const others$ = store.watch('leases').pipe(
    filter((change) => change !== 'ready'),
    filter((change) => change.key === key && ('removed' in change || !isHeldBy(change, holder))),
    map((change) => ('removed' in change ? undefined : change.revision)),
    startWith(undefined),
    distinctUntilChanged(),
  );
  const again = (error: unknown) => (isStoreFailure(error) ? timer(retryDelayOf(ttl)) : throwError(() => error));
  return others$.pipe(
    switchMap((seen) =>
      timer(seen === undefined ? 0 : ttl).pipe(switchMap(() => takeLease(context, seen).pipe(retry({ delay: again })))),
    ),
    take(1),
  );
};

/** The lease from when it was taken until it is lost: emits each renewal, and completes. */
const held$ = (context: LeaseContext, taken: HeldLease, released: () => boolean): Observable<LeaseTerm> =>
  defer(() => {
    const { store, key, ttl, now } = context;
    const token = taken.revision;
    let held = taken;
    let lost = false;

    // A conflict means that somebody else has the lease.
    const again = (error: unknown) =>
      error instanceof StoreUnreachableError ? timer(retryDelayOf(ttl)) : throwError(() => error);
    const renewed$ = interval(renewalPeriodOf(ttl)).pipe(
      exhaustMap(() => renewLease(context, held.revision).pipe(retry({ delay: again }))),
      catchError((error: unknown) => (error instanceof StoreConflictError ? of(undefined) : throwError(() => error))),
    );
    return concat(of(taken), renewed$).pipe(
      switchMap((next) => {
        if (next === undefined) return of(next);
        held = next;
        return concat(of(next), timer(next.until - now()).pipe(map(() => undefined)));
      }),
      takeWhile((next) => next !== undefined),
      map(({ until }) => ({ token, until })),
      tap({ complete: () => (lost = true) }),
      finalize(() => {
        if (!lost && released()) store.remove('leases', key, held.revision).subscribe({ error: () => undefined });
      }),
    );
  });
