import {
  BehaviorSubject,
  combineLatest,
  defer,
  filter,
  finalize,
  type MonoTypeOperatorFunction,
  switchMap,
  takeUntil,
} from 'rxjs';
import type { Tenure } from './handover.js';
import { uncontested } from './uncontested.js';

/**
 * Lets an operator of the user's decide about respawning, `retry({ delay: 1000 })` for example: a life errors when
 * its worker has left on its own, and each further subscription is a respawn. What the seat has to
 * say goes before: no respawn while a replacement boots, none after the seat has been retired.
 *
 * ```
 * life 1                                  f--x#
 * respawnBy(retry({ delay: 3 }))          f--x--f----
 * ```
 *
 * Completes and errors as the operator does, and completes once retired with no life running.
 */
export const respawnBy =
  <E>(operator: MonoTypeOperatorFunction<E>, { contested$, retired$ }: Tenure<unknown>): MonoTypeOperatorFunction<E> =>
  (life$) =>
    defer(() => {
      const alive$ = new BehaviorSubject(0);
      const counted$ = defer(() => {
        alive$.next(alive$.value + 1);
        return life$.pipe(finalize(() => alive$.next(alive$.value - 1)));
      });
      const free$ = uncontested(contested$).pipe(takeUntil(retired$));
      let lives = 0;
      const attempt$ = defer(() => (lives++ === 0 ? counted$ : free$.pipe(switchMap(() => counted$))));
      const over$ = combineLatest([retired$, alive$]).pipe(filter(([, alive]) => alive === 0));
      return attempt$.pipe(operator, takeUntil(over$));
    });
