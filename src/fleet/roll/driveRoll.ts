import {
  auditTime,
  catchError,
  combineLatest,
  defer,
  distinctUntilChanged,
  EMPTY,
  ignoreElements,
  map,
  type Observable,
  of,
  type OperatorFunction,
  retry,
  startWith,
  switchMap,
  takeWhile,
  throwError,
  timer,
} from 'rxjs';
import type { RollRecord } from '../records/roll.js';
import { StoreConflictError, StoreUnreachableError } from '../store/errors.js';
import type { FleetStore } from '../store/store.js';
import { retryAfter } from './changeRoll.js';
import type { Members } from '../membership/foldMembers.js';
import { isSettled } from './hosts.js';
import { type Facts, nextStep, waitsOf } from './nextStep.js';
import type { RollEntry } from './rolls.js';
import { shortText } from './shortText.js';
import { withPassed } from './withPassed.js';

/** An operator of the user's: members in, and as long as something is wrong with them a sentence that says what. */
export type HealthGate = (members$: Observable<Members>) => Observable<string>;

export interface DriverOptions {
  readonly store: FleetStore;
  /** The members of the fleet: when they have been read, and then after each change. */
  readonly members$: Observable<Members>;
  /** A gate beside that of the plan. What it emits halts the roll, and so does its error. Default: none. */
  readonly gate?: HealthGate | undefined;
}

/** How often changes of members are looked at, in ms. */
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
      withPassed(({ entry, members, isReachable }, passed) =>
        isReachable ? waitsOf(entry.record, { members, passed }) : new Map(),
      ),
      map(([view, passed]) => decide(view, passed)),
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

interface Decision {
  readonly service: string;
  readonly revision: number;
  readonly next: RollRecord | undefined;
}

const decide = (
  { entry: { service, revision, record }, members, isReachable, unhealthy }: View,
  passed: ReadonlySet<string>,
): Decision => {
  const facts: Facts = { members, passed, unhealthy };
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
    : defer(() => gate(members$)).pipe(
        catchError((error: unknown) =>
          of(`the health gate failed: ${error instanceof Error ? error.message : String(error)}`),
        ),
        startWith(undefined),
        map((why: unknown) => (why === undefined ? undefined : shortText(whyOf(why)))),
      );

/** Other hosts cannot read a record whose reason is no text. */
const whyOf = (why: unknown): string =>
  typeof why === 'string' ? why : `the health gate emitted a value of the type ${typeof why} instead of a text`;
