import {
  connect,
  distinctUntilChanged,
  EMPTY,
  groupBy,
  map,
  mergeMap,
  type Observable,
  type OperatorFunction,
  ReplaySubject,
  switchMap,
} from 'rxjs';
import { type DriverOptions, driveRoll } from './driveRoll.js';
import { isSettled } from './hosts.js';
import type { RollEntry } from './rolls.js';

export interface DriversOptions extends DriverOptions {
  /** The lease of this name: a value while this party has it, `undefined` while it has not. `lease$` with a store, a holder and a time. */
  readonly lease: (key: string) => Observable<unknown>;
}

/**
 * Drives the rolls of all services that have not settled, one driver for each in the whole fleet: whoever has the lease `roll.<service>`. When that one ends or is cut off, another goes on with the plan in the record.
 *
 * ```
 * entries    a------------------------d--     a: a roll   d: it is done
 * lease      (u)--l--------u---l-------       l: has it   u: has it not
 * driving         ^--------!   ^------!
 * ```
 *
 * The lease only spares the fleet drivers that get into each other's way. That there is one decision at a time is due to the revision of the record.
 *
 * Emits nothing. Completes with the source when all are settled.
 */
export const driveRolls =
  ({ lease, ...options }: DriversOptions): OperatorFunction<RollEntry, never> =>
  (roll$) =>
    roll$.pipe(
      groupBy(({ service }) => service),
      mergeMap((ofService$) =>
        ofService$.pipe(
          connect((entry$) => driven(entry$, lease(`roll.${ofService$.key}`), options), {
            connector: () => new ReplaySubject(1),
          }),
        ),
      ),
    );

const driven = (
  entry$: Observable<RollEntry>,
  lease$: Observable<unknown>,
  options: DriverOptions,
): Observable<never> =>
  entry$.pipe(
    map(({ record }) => record !== undefined && !isSettled(record)),
    distinctUntilChanged(),
    switchMap((open) => (open ? lease$ : EMPTY)),
    map((held) => held !== undefined),
    distinctUntilChanged(),
    switchMap((held) => (held ? entry$.pipe(driveRoll(options)) : EMPTY)),
  );
