import {
  catchError,
  combineLatest,
  defer,
  filter,
  map,
  merge,
  type MonoTypeOperatorFunction,
  type Observable,
  switchMap,
  take,
} from 'rxjs';
import type { RollRecord } from '../records/roll.js';
import { StoreUnreachableError } from '../store/errors.js';
import type { FleetStore } from '../store/store.js';
import { changeRoll, type StoredRoll } from './changeRoll.js';
import { aborted, hostsOf, resumed, started } from './commands.js';
import type { Members } from '../membership/foldMembers.js';
import { RollError } from './errors.js';
import { followRoll } from './followRoll.js';
import { type RollOptions, rollPlan } from './plan.js';
import { requireReadable } from './readRoll.js';
import { rolls$ } from './rolls.js';

/** A restart of a service on many hosts. What is left out of its plan has the default of `RollPlan`; `hostTimeout` has 300,000 ms. */
export interface FleetRestart {
  /** Different for each restart, for example `randomUUID()`. */
  readonly id: string;
  readonly service: string;
  /** Who asks for it, for people. */
  readonly by: string;
  readonly plan?: RollOptions;
  /** The hosts in their order, canary hosts first. Default: all members that run the service, by name. */
  readonly hosts?: readonly string[] | undefined;
}

/**
 * Begins a restart of a service on many hosts, and follows it. The members of the fleet carry it out, whether or not this is subscribed: it only writes the plan.
 *
 * Emits the record of the restart, and each change, until nothing changes any more, and completes: when it is done, has halted, or was aborted. Errors with `ConfigError` for a wrong option, and with `RollError` if no host runs the service, a
 * restart of it has not ended or has hosts that may still be in it, or the store is not reachable: it is not waited for, so wait for `reachable$` of a store that has just been opened.
 *
 * The phases are those of Nomad's deployments: canary, watched, then in batches, and halted by the first failure.
 *
 * @example
 * store.reachable$.pipe(first(Boolean), switchMap(() => fleetRestart(store, members$(store), { id: randomUUID(), service: 'shop', by: 'anna', plan: { canary: 1, batch: 2, soak: 60_000 } })))
 *   .subscribe({ next: (record) => console.log(reportOf(record).join('\n')) });
 */
export const fleetRestart = (
  store: FleetStore,
  members$: Observable<Members>,
  restart: FleetRestart,
): Observable<RollRecord> => {
  const plan = rollPlan(restart.plan);
  return knownNow(store, members$).pipe(
    map((members) => hostsOf(restart, members)),
    switchMap((hosts) =>
      changeRoll(store, restart.service, (before) => started(before, { ...restart, plan }, hosts), false),
    ),
    switchMap((stored) => followed(store, restart.service, stored)),
    refused(`begin a restart of ${restart.service}`),
  );
};

/**
 * The record that `fleetRestart` would begin with: a dry run. `stepsOf` tells which hosts are restarted together.
 * Emits once and completes. Errors like `fleetRestart`.
 */
export const planFleetRestart = (
  store: FleetStore,
  members$: Observable<Members>,
  restart: FleetRestart,
): Observable<RollRecord> => {
  const plan = rollPlan(restart.plan);
  const before$ = store.get('rolls', restart.service);
  return combineLatest([knownNow(store, members$), before$]).pipe(
    map(([members, entry]) => {
      const before = requireReadable(restart.service, entry?.value);
      return started(before, { ...restart, plan }, hostsOf(restart, members));
    }),
    refused(`plan a restart of ${restart.service}`),
  );
};

/**
 * Goes on with a restart that has halted, or that is done without some hosts: those that failed have another turn, those that are done have none. Emits like `fleetRestart`. Errors with `RollError` if there is none, it was
 * aborted, all is done, or the store is not reachable.
 *
 * @example
 * resumeFleetRestart(store, 'shop').subscribe({ next: (record) => console.log(record.phase) });
 */
export const resumeFleetRestart = (store: FleetStore, service: string): Observable<RollRecord> =>
  changeRoll(store, service, (before) => resumed(before, service), false).pipe(
    switchMap((stored) => followed(store, service, stored)),
    refused(`resume the restart of ${service}`),
  );

/**
 * Ends a restart for good: no further host begins, and those that have begun end their own. Of `why`, 300 characters are kept. Emits like `fleetRestart`, until they have. Errors with `RollError` if there is none, it is done, or the store is not reachable.
 *
 * @example
 * abortFleetRestart(store, 'shop', 'wrong release').subscribe();
 */
export const abortFleetRestart = (store: FleetStore, service: string, why: string): Observable<RollRecord> =>
  changeRoll(store, service, (before) => aborted(before, service, why), false).pipe(
    switchMap((stored) => followed(store, service, stored)),
    refused(`abort the restart of ${service}`),
  );

/** The members, once. A store that is not reachable is not waited for: nothing begins later without being asked for again. */
const knownNow = ({ reachable$ }: FleetStore, members$: Observable<Members>): Observable<Members> =>
  merge(
    reachable$.pipe(
      filter((reachable) => !reachable),
      map(() => {
        throw new StoreUnreachableError('The store is not reachable.');
      }),
    ),
    members$,
  ).pipe(take(1));

const followed = (store: FleetStore, service: string, { record, revision }: StoredRoll): Observable<RollRecord> =>
  defer(() => rolls$(store).pipe(followRoll(service, record?.id ?? '', revision)));

const refused = (what: string): MonoTypeOperatorFunction<RollRecord> =>
  catchError((error: unknown) => {
    if (!(error instanceof StoreUnreachableError)) throw error;
    throw new RollError(
      'unreachable',
      `The store of the fleet is not reachable, so nothing was heard of the attempt to ${what}. Look at its state when it is.`,
      { cause: error },
    );
  });
