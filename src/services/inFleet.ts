import {
  catchError,
  connect,
  defer,
  EMPTY,
  endWith,
  ignoreElements,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs';
import type { FleetEvent, FleetOptions } from '../fleet.js';
import { reportError } from '../index.js';
import { fleetTrouble } from './fleetTrouble.js';

/** Lets the host of these services be in a fleet for as long as they run. What goes wrong with its membership is reported as `error` events, and ends no service. */
export const inFleet =
  <T>(options: FleetOptions): MonoTypeOperatorFunction<T> =>
  (services$) =>
    defer(() => import('../fleet.js')).pipe(
      switchMap(({ fleet }) =>
        services$.pipe(
          // The fleet is subscribed first, because it only knows what happens from then on.
          connect((events$) => merge(fleet(options).pipe(reported(), takeUntil(endOf(events$))), events$)),
        ),
      ),
    );

const endOf = (events$: Observable<unknown>): Observable<unknown> =>
  events$.pipe(
    ignoreElements(),
    catchError(() => EMPTY),
    endWith(true),
  );

const reported =
  () =>
  (fleet$: Observable<FleetEvent>): Observable<never> =>
    fleet$.pipe(
      tap((event) => {
        const text = fleetTrouble(event);
        if (text !== undefined) reportError(new Error(`fleet: ${text}`));
      }),
      ignoreElements(),
    );
