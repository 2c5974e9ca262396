import {
  BehaviorSubject,
  concat,
  concatMap,
  connect,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  type OperatorFunction,
  ReplaySubject,
  take,
  tap,
} from 'rxjs';

/** What the owner of a slot is told while it runs. */
export interface Tenancy<S> {
  /** True while a newcomer and an incumbent both run and it is not decided which one stays. Current on subscription. */
  readonly contested$: Observable<boolean>;
  /** Emits when this loop has to end. Replays. */
  readonly retired$: Observable<S>;
}

/** The decision between a newcomer and an incumbent. */
export interface Verdict<E, S> {
  /** Whether the newcomer stays. */
  readonly won: boolean;
  /** The event that reports the decision. */
  readonly event: E;
  /** Emitted to the one that does not stay, by its `retired$`. */
  readonly stop: S;
}

export interface Handover<Q, E, S> {
  /** Starts the respawn loop for a request. It completes some time after `retired$`. */
  readonly loop: (request: Q, tenancy: Tenancy<S>) => Observable<E>;
  /** Decides about a newcomer by its events. If it emits nothing the newcomer stays. */
  readonly verdict: (loop$: Observable<E>, request: Q) => Observable<Verdict<E, S>>;
  /** For a request that does not overlap: emitted to the incumbent, which has to end before the newcomer starts. */
  readonly stopBefore: (request: Q) => S | undefined;
  /** Whether with this event, its last one, a loop has nobody any more: a request that follows from it has no incumbent. Default: never. */
  readonly vacates?: (event: E) => boolean;
}

/**
 * A `switchMap` that overlaps: each request starts a new respawn loop beside the old one. The one that does not stay is retired, not unsubscribed.
 * If the newcomer wins, the old loop retires; if not, the newcomer retires and the old one stays.
 *
 * ```
 * requests  a------b-------------
 * loop a    ar------------x|         retired at R of loop b
 * loop b           b---R---------
 * result    ar-----b---R--x------
 *
 * loop b           b---x|            ends before it is ready
 * loop a    ar-------------------    stays
 * ```
 *
 * Completes when the requests and all loops have completed.
 */
export const handover =
  <Q, E, S>({ loop, verdict, stopBefore, vacates = () => false }: Handover<Q, E, S>): OperatorFunction<Q, E> =>
  (requests$) =>
    defer(() => {
      const contested$ = new BehaviorSubject(false);
      const free$ = new BehaviorSubject(true);
      let incumbent: RunningLoop<S> | undefined;

      const enter = (request: Q): Observable<E> => {
        const newcomer: RunningLoop<S> = { retired$: new ReplaySubject<S>(1), ended$: new ReplaySubject<never>(1) };
        const previous = incumbent;
        const stopFirst = previous && stopBefore(request);
        let undecided = previous !== undefined && stopFirst === undefined;
        if (undecided) {
          free$.next(false);
          contested$.next(true);
        } else incumbent = newcomer;

        const settle = (won: boolean, stop?: S) => {
          if (!undecided) return;
          undecided = false;
          if (won) incumbent = newcomer;
          if (stop !== undefined) (won ? previous : newcomer)?.retired$.next(stop);
          // First a waiting request may start, then a respawn.
          free$.next(true);
          contested$.next(!free$.value);
        };
        const end = () => {
          if (incumbent === newcomer) incumbent = undefined;
          settle(false);
          newcomer.ended$.complete();
        };
        const vacated$ =
          stopFirst === undefined ? EMPTY : doThenWait(() => previous?.retired$.next(stopFirst), previous?.ended$);

        return concat(vacated$, loop(request, { contested$, retired$: newcomer.retired$ })).pipe(
          connect((loop$) =>
            merge(
              loop$,
              verdict(loop$, request).pipe(
                take(1),
                mergeMap(({ won, event, stop }) =>
                  concat(
                    of(event),
                    doThenWait(() => settle(won, stop)),
                  ),
                ),
              ),
            ),
          ),
          // Only on completion: after an error or unsubscription nothing may start.
          tap({ next: (event) => vacates(event) && end(), complete: end }),
        );
      };

      return requests$.pipe(
        concatMap((request) =>
          free$.pipe(
            filter((free) => free),
            take(1),
            map(() => request),
          ),
        ),
        mergeMap(enter),
      );
    });

interface RunningLoop<S> {
  readonly retired$: ReplaySubject<S>;
  readonly ended$: ReplaySubject<never>;
}

/** Calls `act` on subscription, then waits until `until$` completes. */
const doThenWait = (act: () => void, until$: Observable<never> = EMPTY): Observable<never> =>
  defer(() => {
    act();
    return until$;
  });
