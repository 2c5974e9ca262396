import { filter, map, type Observable } from 'rxjs';
import type { RollRecord } from '../records/roll.js';
import type { FleetStore } from '../store/store.js';
import { readRoll } from './readRoll.js';

/** What the store has about the restarts of a service. */
export interface RollEntry {
  readonly service: string;
  readonly revision: number;
  /** Left out when it was deleted, or cannot be read. */
  readonly record?: RollRecord;
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** All rolls of the fleet, and each change. Never completes; errors only if the bucket cannot be used at all. */
export const rolls$ = (store: FleetStore): Observable<RollEntry> =>
  store.watch('rolls').pipe(
    filter((entry) => entry !== 'ready'),
    map((entry): RollEntry => {
      const { key: service, revision } = entry;
      return 'removed' in entry ? { service, revision } : { service, revision, ...readRoll(service, entry.value) };
    }),
  );
