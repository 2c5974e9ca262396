import { filter, map, type OperatorFunction, takeWhile } from 'rxjs';
import type { RollRecord } from '../records/roll.js';
import { isSettled } from './hosts.js';
import type { RollEntry } from './rolls.js';

/**
 * One roll, from all entries: its record since a revision and each change, until it is settled. Completes without the last record if another roll of the service has taken its place, or if it was deleted.
 *
 * ```
 * entries       a-b-x-c--d         a to d: of the roll, d is settled   x: of another service
 * followRoll(…) a-b---c--(d|)
 * ```
 */
export const followRoll =
  (service: string, id: string, revision: number): OperatorFunction<RollEntry, RollRecord> =>
  (entry$) =>
    entry$.pipe(
      // An older one may still be on its way.
      filter((entry) => entry.service === service && entry.revision >= revision),
      map(({ record }) => record),
      takeWhile((record): record is RollRecord => record?.id === id),
      takeWhile((record) => !isSettled(record), true),
    );
