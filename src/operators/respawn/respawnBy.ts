import {
  BehaviorSubject,
  catchError,
  combineLatest,
  concat,
  defer,
  filter,
  finalize,
  ignoreElements,
  merge,
  type MonoTypeOperatorFunction,
  Observable,
  ReplaySubject,
  Subject,
  Subscription,
  switchMap,
  take,
  takeUntil,
  throwError,
} from 'rxjs';
import { WorkerExitError } from '../../vocabulary/errors.js';
import type { Tenancy } from '../restart/handover.js';
import type { StopRequest } from '../lifecycle/leave.js';
import { uncontested } from './uncontested.js';

const letGo: StopRequest = { force: true, why: 'the respawn operator has let go of it' };

/**
 * Lets an operator of the user's decide about respawning, `retry({ delay: 1000 })` for example: a life errors when
 * its worker has left on its own (`WorkerExitError`), and each further subscription is a respawn. What the seat has to
 * say goes before: no respawn while a replacement boots, none after the seat has been retired.
 *
 * ```
 * life 1                                  f--x#
 * respawnBy(retry({ delay: 3 }))          f--x--f----
 *
 * life 1                                  f-r----kx|          k: killed, once it is let go of
 * respawnBy(timeout(5), catchError …)     f-r----kx…
 * ```
 *
 * `life` gets what is to end that one life. A life from which the operator unsubscribes before its end is ended by it, and is told of to its end.
 * Completes and errors as the operator does, when no life is left, and completes once retired with no life running. Errors at once with an error of a life that is
 * not a crash: that is a bug, and the operator does not see it.
 */
export const respawnBy = <E>(
  operator: MonoTypeOperatorFunction<E>,
  life: (released$: Observable<StopRequest>) => Observable<E>,
  { contested$, retired$ }: Tenancy<unknown>,
): Observable<E> =>
  defer(() => {
    const alive$ = new BehaviorSubject(0);
    const aside$ = new Subject<E>();
    const following = new Subscription();

    const counted$ = new Observable<E>((subscriber) => {
      const released$ = new ReplaySubject<StopRequest>(1);
      alive$.next(alive$.value + 1);
      const gone = () => alive$.next(alive$.value - 1);
      subscriber.add(() => released$.next(letGo));
      const living = life(released$).subscribe({
        next: (event) => (subscriber.closed ? aside$ : subscriber).next(event),
        // First, for where the seat has been retired that is the end, whatever the operator makes of it.
        error: (error: unknown) => {
          gone();
          // What is no crash is a bug, and not what the operator decides about.
          (error instanceof WorkerExitError ? subscriber : aside$).error(error);
        },
        complete: () => {
          gone();
          subscriber.complete();
        },
      });
      following.add(living);
    });
    const free$ = uncontested(contested$).pipe(takeUntil(retired$));
    let lives = 0;
    const attempt$ = defer(() => (lives++ === 0 ? counted$ : free$.pipe(switchMap(() => counted$))));

    const over$ = combineLatest([retired$, alive$]).pipe(filter(([, alive]) => alive === 0));
    const left$ = alive$.pipe(
      filter((alive) => alive === 0),
      take(1),
      ignoreElements(),
    );
    const line$ = attempt$.pipe(
      operator,
      takeUntil(over$),
      catchError((error: unknown) =>
        concat(
          left$,
          throwError(() => error),
        ),
      ),
    );
    return merge(concat(line$, left$).pipe(finalize(() => aside$.complete())), aside$).pipe(
      finalize(() => following.unsubscribe()),
    );
  });
