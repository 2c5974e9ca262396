import {
  defer,
  filter,
  finalize,
  ignoreElements,
  merge,
  type Observable,
  repeat,
  switchMap,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import type { LeaseTerm } from '../lease/lease.js';

/** A cluster whose workers may lead the fleet. */
export interface LeadingCluster {
  /** Whether it has a worker that could lead: the current value on subscription, then each change. */
  readonly ready$: Observable<boolean>;
  /** The terms that have begun, and those that have ended: confirmed by the worker, with its exit, or with their time. Hot. */
  readonly terms$: Observable<{ readonly token: number; readonly leads: boolean }>;
  /** Grants a term for a time in ms, or renews it. */
  readonly grant: (token: number, validFor: number) => void;
  readonly withdraw: () => void;
}

/** The lease of the leader. It asks `released` when it is unsubscribed: whether nobody leads by it any more. */
export type LeaderLease = (released: () => boolean) => Observable<LeaseTerm | undefined>;

/**
 * Passes the lease of the leader on to a cluster: one term for each time that the lease is taken.
 *
 * ```
 * ready$    f--t------------------
 * lease        u-t--r--r--  u-t--      t: taken   r: renewed, with more time
 * grant          t--r--r----  t--
 * terms$         b--------e   b--      b: a worker leads   e: no more. The lease is given back, and taken again with a higher token, by this host or another
 * ```
 *
 * The lease is given back only when its term has ended; otherwise it expires. A cluster without a worker that could lead does not ask for it. Emits nothing, and never completes.
 */
export const leadFleet = (cluster: LeadingCluster, lease: LeaderLease, now: () => number): Observable<never> =>
  defer(() => {
    /** The term that is granted, and the one that has a leader. */
    let granted: number | undefined;
    let led: number | undefined;
    const follow = (term: LeaseTerm | undefined): void => {
      if (term !== undefined) {
        granted = term.token;
        cluster.grant(term.token, term.until - now());
      } else if (granted !== undefined) cluster.withdraw();
    };
    const ended$ = cluster.terms$.pipe(
      tap(({ token, leads }) => (led = leads ? token : undefined)),
      filter(({ token, leads }) => !leads && token === granted),
      tap(() => (granted = undefined)),
    );
    const useless$ = cluster.ready$.pipe(filter((ready) => !ready && (granted === undefined || led !== granted)));
    const term$ = defer(() => lease(() => granted === undefined)).pipe(
      tap(follow),
      takeUntil(merge(ended$, useless$)),
      finalize(() => {
        if (granted !== undefined) cluster.withdraw();
        granted = undefined;
      }),
    );
    return cluster.ready$.pipe(
      filter((ready) => ready),
      take(1),
      switchMap(() => term$),
      repeat(),
      ignoreElements(),
    );
  });
