import {
  auditTime,
  catchError,
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  ignoreElements,
  map,
  type Observable,
  of,
  type OperatorFunction,
  retry,
  scan,
  startWith,
  switchMap,
  takeWhile,
  throwError,
  timer,
} from 'rxjs';
import type { MemberRecord } from '../records/member.js';
import type { RollRecord } from '../records/roll.js';
import { StoreConflictError, StoreUnreachableError } from '../store/errors.js';
import type { FleetStore } from '../store/store.js';
import { retryAfter } from './changeRoll.js';
import { isSettled } from './hosts.js';
import { type Facts, nextStep, waitsOf } from './nextStep.js';
import type { RollEntry } from './rolls.js';
import { withPassed } from './withPassed.js';

export type Members = ReadonlyMap<string, MemberRecord>;

/** An operator of the user's: members in, and as long as something is wrong with them a sentence that says what. */
export type HealthGate = (members$: Observable<Members>) => Observable<string>;

export interface DriverOptions {
  readonly store: FleetStore;
  /** The members of the fleet: the current ones on subscription, then each change and each heartbeat. */
  readonly members$: Observable<Members>;
  /** A gate beside that of the plan. What it emits halts the roll, and so does its error. Default: none. */
  readonly gate?: HealthGate | undefined;
}

/** How often heartbeats are looked at, in ms. */
const pace = 250;

/**
 * Drives the roll of one service while it is subscribed: entries of the roll in, nothing out.
 *
 * ```
 * entries    w-----r-----d-----------w--      of a host: w: waiting  r: restarting  d: done
 * writes     -a-----------------------a-      a: the next host is asked
 * ```
 *
 * All it decides it decides from the entry and the members (`nextStep`) and writes by compare-and-set, so a driver too many does no harm: of two writes one is refused. Times count from when this driver saw the
 * reason for them. While the store is not reachable nothing is decided, and all times begin anew afterwards, because what happened meanwhile is not known yet.
 *
 * Completes when the roll is settled.
 */
export const driveRoll =
  ({ store, members$, gate }: DriverOptions): OperatorFunction<RollEntry, never> =>
  (entry$) => {
    const view$ = combineLatest({
      entry: entry$,
      members: members$.pipe(auditTime(pace)),
      isReachable: store.reachable$,
      unhealthy: unhealthyBy(gate, members$),
    });
    return view$.pipe(
      takeWhile((view): view is View => isOpen(view.entry)),
      scan<View, Listened, undefined>(listen, undefined),
      withPassed(({ view, heard }, passed) =>
        view.isReachable ? waitsOf(view.entry.record, { members: view.members, heard, passed }) : new Map(),
      ),
      map(([{ view, heard }, passed]) => decide(view, heard, passed)),
      distinctUntilChanged(isSame),
      switchMap(({ service, revision, next }) => (next === undefined ? EMPTY : write(store, service, revision, next))),
    );
  };

interface View {
  readonly entry: OpenEntry;
  readonly members: Members;
  readonly isReachable: boolean;
  readonly unhealthy: string | undefined;
}

type OpenEntry = RollEntry & { readonly record: RollRecord };

const isOpen = (entry: RollEntry): entry is OpenEntry => entry.record !== undefined && !isSettled(entry.record);

/** A view, and which hosts have sent a heartbeat since they were done. */
interface Listened {
  readonly view: View;
  readonly heard: ReadonlySet<string>;
  /** What was known of a host when it was first seen done, by attempt and host. */
  readonly before: ReadonlyMap<string, MemberRecord | undefined>;
}

const listen = (previous: Listened | undefined, view: View): Listened => {
  const done = view.entry.record.hosts.filter(({ state }) => state === 'done');
  const known = done.map(({ host, attempt }) => {
    const key = `${attempt} ${host}`;
    const now = view.members.get(host);
    const before = previous?.before.has(key) === true ? previous.before.get(key) : now;
    return { key, host, before, isHeard: before !== now };
  });
  return {
    view,
    heard: new Set(known.filter(({ isHeard }) => isHeard).map(({ host }) => host)),
    before: new Map(known.map(({ key, before }) => [key, before])),
  };
};

interface Decision {
  readonly service: string;
  readonly revision: number;
  readonly next: RollRecord | undefined;
}

const decide = (
  { entry: { service, revision, record }, members, isReachable, unhealthy }: View,
  heard: ReadonlySet<string>,
  passed: ReadonlySet<string>,
): Decision => {
  const facts: Facts = { members, heard, passed, unhealthy };
  return { service, revision, next: isReachable ? nextStep(record, facts) : undefined };
};

const isSame = (one: Decision, other: Decision): boolean =>
  one.revision === other.revision && JSON.stringify(one.next) === JSON.stringify(other.next);

/** Somebody else may have been faster: then its entry comes, and another decision. */
const write = (store: FleetStore, service: string, revision: number, next: RollRecord): Observable<never> =>
  store.update('rolls', service, next, revision).pipe(
    retry({
      delay: (error: unknown) => (error instanceof StoreUnreachableError ? timer(retryAfter) : throwError(() => error)),
    }),
    ignoreElements(),
    catchError((error: unknown) => {
      if (error instanceof StoreConflictError) return EMPTY;
      throw error;
    }),
  );

const unhealthyBy = (gate: HealthGate | undefined, members$: Observable<Members>): Observable<string | undefined> =>
  gate === undefined
    ? of(undefined)
    : gate(members$).pipe(
        catchError((error: unknown) =>
          of(`the health gate failed: ${error instanceof Error ? error.message : String(error)}`),
        ),
        startWith(undefined),
      );
