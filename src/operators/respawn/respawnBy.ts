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

const releasedStop: StopRequest = { force: true, why: 'the respawn operator has unsubscribed from it' };

/**
 * Lets the user's operator decide about respawns, for example `retry({ delay: 1000 })`: the life of a worker errors when
 * the worker has left on its own (`WorkerExitError`), and each further subscription is a respawn. The slot has precedence:
 * no respawn while a replacement boots, and none after the slot has been retired.
 *
 * ```
 * life 1                                  f--x#
 * respawnBy(retry({ delay: 3 }))          f--x--f----
 *
 * life 1                                  f-r----kx|          k: killed when it is unsubscribed
 * respawnBy(timeout(5), catchError …)     f-r----kx…
 * ```
 *
 * `life` gets an Observable that emits when that worker has to be killed. If the operator unsubscribes from a life, its worker is killed, and its further events are emitted until its exit.
 * Completes and errors as the operator does, when no worker is left. Completes when retired and no worker is left. Errors at once with an error of a life that is
 * no crash, because that is a bug; the operator does not get it.
 */
export const respawnBy = <E>(
  operator: MonoTypeOperatorFunction<E>,
  life: (released$: Observable<StopRequest>) => Observable<E>,
  { contested$, retired$ }: Tenancy<unknown>,
): Observable<E> =>
  defer(() => {
    const running$ = new BehaviorSubject(0);
    const afterRelease$ = new Subject<E>();
    const subscriptions = new Subscription();

    const life$ = new Observable<E>((subscriber) => {
      const released$ = new ReplaySubject<StopRequest>(1);
      running$.next(running$.value + 1);
      const countExit = () => running$.next(running$.value - 1);
      subscriber.add(() => released$.next(releasedStop));
      const subscription = life(released$).subscribe({
        next: (event) => (subscriber.closed ? afterRelease$ : subscriber).next(event),
        // Counted first: if the slot has been retired, the result completes before the operator can react.
        error: (error: unknown) => {
          countExit();
          // Anything but a crash is a bug, about which the operator does not decide.
          (error instanceof WorkerExitError ? subscriber : afterRelease$).error(error);
        },
        complete: () => {
          countExit();
          subscriber.complete();
        },
      });
      subscriptions.add(subscription);
    });
    const free$ = uncontested(contested$).pipe(takeUntil(retired$));
    let attempts = 0;
    const attempt$ = defer(() => (attempts++ === 0 ? life$ : free$.pipe(switchMap(() => life$))));

    const retiredAndGone$ = combineLatest([retired$, running$]).pipe(filter(([, alive]) => alive === 0));
    const allGone$ = running$.pipe(
      filter((alive) => alive === 0),
      take(1),
      ignoreElements(),
    );
    const loop$ = attempt$.pipe(
      operator,
      takeUntil(retiredAndGone$),
      catchError((error: unknown) =>
        concat(
          allGone$,
          throwError(() => error),
        ),
      ),
    );
    return merge(concat(loop$, allGone$).pipe(finalize(() => afterRelease$.complete())), afterRelease$).pipe(
      finalize(() => subscriptions.unsubscribe()),
    );
  });
