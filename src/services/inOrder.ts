import {
  catchError,
  concat,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  merge,
  mergeMap,
  type Observable,
  of,
  startWith,
  Subject,
  take,
  throwError,
  timer,
} from 'rxjs';

/** A service that others may need. */
export interface OrderedService<E> {
  readonly name: string;
  /** The services that must be started before it, and that stop after it. */
  readonly after: readonly string[];
  /** Runs it. A shutdown that is asked for must wait until `shutdownAfter` has completed. */
  readonly run: (shutdownAfter: Observable<never>) => Observable<E>;
}

interface Progress {
  started: boolean;
  /** A shutdown has been asked for. */
  leaving: boolean;
  ended: boolean;
}

/**
 * Runs services that need each other: one starts when those that it is `after` have emitted `started`, and a shutdown of one waits for those after it that are shut down too.
 *
 * ```
 * jobs               --s-----q---|         q: a shutdown of both is asked for
 * web, after jobs      --s---q-|           starts when jobs has started
 * inOrder            --s-s---q-q-|         jobs leaves when web has ended
 * ```
 *
 * A service that completes by itself counts as started. One that errors ends alone: the others continue, those that still wait for it are not started, and `report` is called for both.
 * Completes when all have ended, or errors with the first error then. Unsubscribing unsubscribes all.
 */
export const inOrder = <E extends { readonly type: string }>(
  services: readonly OrderedService<E>[],
  report: (error: unknown) => void,
): Observable<E> =>
  defer(() => {
    const all = new Map(
      services.map(({ name }): [string, Progress] => [name, { started: false, leaving: false, ended: false }]),
    );
    const changed$ = new Subject<void>();
    const failures: unknown[] = [];
    const set = (name: string, change: Partial<Progress>) => {
      Object.assign(all.get(name) ?? {}, change);
      changed$.next();
    };
    const progressOf = (names: readonly string[]) => names.flatMap((name) => all.get(name) ?? []);
    const when = (holds: () => boolean) => changed$.pipe(startWith(undefined), filter(holds), take(1));

    /** Asked for a shutdown, it waits for those after it that are shut down at the same time. */
    const shutdownAfter = (name: string): Observable<never> => {
      const later = services.filter(({ after }) => after.includes(name)).map((service) => service.name);
      const gone = () => progressOf(later).every(({ leaving, ended }) => ended || !leaving);
      return defer(() => {
        set(name, { leaving: true });
        // The others may be asked in the same turn.
        return timer(0).pipe(mergeMap(() => when(gone)));
      }).pipe(ignoreElements());
    };

    const start = ({ name, run }: OrderedService<E>): Observable<E> => {
      const started$ = defer(() => {
        if (all.get(name)?.leaving === false) set(name, { started: true });
        return EMPTY;
      });
      // The event is passed on before what it starts.
      const passed = (event: E) => (event.type === 'started' ? concat(of(event), started$) : of(event));
      // One that completes by itself is a job that is done.
      const life$ = concat(run(shutdownAfter(name)).pipe(mergeMap(passed)), started$).pipe(
        catchError((error: unknown) => {
          failures.push(error);
          if (services.some((other) => other.name !== name && all.get(other.name)?.ended === false))
            report(new Error(`service ${name} has failed, and the others continue: ${messageOf(error)}`));
          return EMPTY;
        }),
      );
      // Not where it is unsubscribed: what waits for it would report that it cannot start.
      return concat(
        life$,
        defer(() => {
          set(name, { ended: true });
          return EMPTY;
        }),
      );
    };

    const queue = (service: OrderedService<E>): Observable<E> => {
      const { name, after } = service;
      const never = () => progressOf(after).some(({ started, leaving, ended }) => leaving || (ended && !started));
      const ready = () => progressOf(after).every(({ started }) => started);
      return when(() => never() || ready()).pipe(
        mergeMap(() => {
          if (!never()) return start(service);
          const failed = after.find((other) => all.get(other)?.leaving === false && all.get(other)?.started === false);
          if (failed !== undefined) report(new Error(`service ${name} is not started, because ${failed} was not`));
          set(name, { ended: true });
          return EMPTY;
        }),
      );
    };

    return concat(
      merge(...services.map(queue)),
      defer(() => (failures.length > 0 ? throwError(() => failures[0]) : EMPTY)),
    );
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
