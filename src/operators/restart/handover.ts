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

/** What a line is told while it runs. */
export interface Tenancy<S> {
  /** True while a newcomer and an incumbent are both there and it is not decided who stays. Current on subscription. */
  readonly contested$: Observable<boolean>;
  /** Emits when the line is to leave. Replays. */
  readonly retired$: Observable<S>;
}

/** How a contest ends. */
export interface Verdict<E, S> {
  readonly won: boolean;
  /** The event that says so. */
  readonly tell: E;
  /** What the loser is told. */
  readonly stop: S;
}

export interface Handover<Q, E, S> {
  /** What a request starts. It ends in its own time after `retired$`. */
  readonly line: (request: Q, tenure: Tenancy<S>) => Observable<E>;
  /** Judges a newcomer by its events. Without a verdict it stays. */
  readonly verdict: (line$: Observable<E>, request: Q) => Observable<Verdict<E, S>>;
  /** For a request that does not overlap: what the incumbent is told before the newcomer starts. */
  readonly first: (request: Q) => S | undefined;
}

/**
 * A `switchMap` that overlaps: each request starts a new line beside the old one, and the loser is retired, not unsubscribed.
 * If the newcomer becomes ready, the old line retires; if not, the newcomer does and the old one stays.
 *
 * ```
 * requests  a------b-------------
 * line a    ar------------x|         retired at R of line b
 * line b           b---R---------
 * result    ar-----b---R--x------
 *
 * line b           b---x|            ends before it is ready: dropped
 * line a    ar-------------------    and a stays
 * ```
 *
 * Completes when the requests have completed and all lines have ended.
 */
export const handover =
  <Q, E, S>({ line, verdict, first }: Handover<Q, E, S>): OperatorFunction<Q, E> =>
  (requests$) =>
    defer(() => {
      const contested$ = new BehaviorSubject(false);
      const free$ = new BehaviorSubject(true);
      let incumbent: Line<S> | undefined;

      const enter = (request: Q): Observable<E> => {
        const newcomer: Line<S> = { retired$: new ReplaySubject<S>(1), ended$: new ReplaySubject<never>(1) };
        const holder = incumbent;
        const goFirst = holder && first(request);
        let undecided = holder !== undefined && goFirst === undefined;
        if (undecided) {
          free$.next(false);
          contested$.next(true);
        } else incumbent = newcomer;

        const settle = (won: boolean, stop?: S) => {
          if (!undecided) return;
          undecided = false;
          if (won) incumbent = newcomer;
          if (stop !== undefined) (won ? holder : newcomer)?.retired$.next(stop);
          // Who waits to contest the slot again comes before a respawn in it.
          free$.next(true);
          contested$.next(!free$.value);
        };
        const end = () => {
          if (incumbent === newcomer) incumbent = undefined;
          settle(false);
          newcomer.ended$.complete();
        };
        const vacated$ = goFirst === undefined ? EMPTY : then(() => holder?.retired$.next(goFirst), holder?.ended$);

        return concat(vacated$, line(request, { contested$, retired$: newcomer.retired$ })).pipe(
          connect((line$) =>
            merge(
              line$,
              verdict(line$, request).pipe(
                take(1),
                mergeMap(({ won, tell, stop }) =>
                  concat(
                    of(tell),
                    then(() => settle(won, stop)),
                  ),
                ),
              ),
            ),
          ),
          // Not when it is unsubscribed or errors: then nobody is to take its place.
          tap({ complete: end }),
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

interface Line<S> {
  readonly retired$: ReplaySubject<S>;
  readonly ended$: ReplaySubject<never>;
}

/** Does something in its turn, then waits for `until`. */
const then = (act: () => void, until$: Observable<never> = EMPTY): Observable<never> =>
  defer(() => {
    act();
    return until$;
  });
