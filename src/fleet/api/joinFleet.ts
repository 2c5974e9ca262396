import {
  concatMap,
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  type Observable,
  ReplaySubject,
  scan,
  share,
  switchMap,
} from 'rxjs';
import { lease$ } from '../lease/lease.js';
import { announce } from '../membership/announce.js';
import { knownMembers$, members$ } from '../membership/members.js';
import type { MemberRecord } from '../records/member.js';
import type { RollRecord } from '../records/roll.js';
import type { HealthGate } from '../roll/driveRoll.js';
import { driveRolls } from '../roll/driveRolls.js';
import { type BegunTurns, begunTurns } from '../roll/begunTurns.js';
import { type AgentHost, hostAgent } from '../roll/hostAgent.js';
import { rollEvents } from '../roll/rollEvents.js';
import { type RollEntry, rolls$ } from '../roll/rolls.js';
import { entryLifetimeMs } from '../store/lifetimes.js';
import type { FleetStore } from '../store/store.js';
import type { FleetEvent } from './fleetEvent.js';
import { persistent } from './persistent.js';

/** A master as a member of a fleet: what it says of itself, and what it does for the fleet. */
export interface FleetMaster extends Pick<AgentHost, 'host' | 'restart' | 'release'> {
  /** Different for each start of the master. */
  readonly instance: string;
  /** What it says of itself: a record on subscription, then each change. Subscribed once. */
  readonly record$: Observable<MemberRecord>;
  /** What functions of the user do wrong, in sentences. Never completes. */
  readonly problem$: Observable<string>;
  /** Samples the workers while it is subscribed, so that the record has latencies. */
  readonly sampling$: Observable<unknown>;
  /** A gate for the rolls that it drives. */
  readonly gate?: HealthGate | undefined;
}

/**
 * Takes part in a fleet while it is subscribed: publishes the record of this master, sees the others, takes its turns in restarts of the fleet, and drives those whose lease it gets.
 *
 * Emits what happens. Never completes, and errors with nothing of the store: what that refuses is an event, and is tried again after 5 s.
 */
export const joinFleet = (store: FleetStore, master: FleetMaster): Observable<FleetEvent> =>
  defer(() => {
    const begun = begunTurns();
    return merge(
      master.problem$.pipe(map((problem) => ({ type: 'problem', problem }) as const)),
      master.record$.pipe(
        // The record goes on while what the store refuses is tried again.
        connect((record$) => persistent(record$.pipe(announce(store))), { connector: () => new ReplaySubject(1) }),
        connect((announced$) => merge(announced$, announced$.pipe(taking(store, { ...master, begun })))),
      ),
      persistent(knownMembers$(store).pipe(concatMap(({ events }) => events))),
    ).pipe(finalize(begun.end));
  });

type Taking = FleetMaster & { readonly begun: BegunTurns };

/** The restarts of the fleet, from when this host is a member until another master has its name. What the store refuses does not change that. */
const taking = (store: FleetStore, master: Taking) => (announced$: Observable<FleetEvent>) =>
  announced$.pipe(
    filter(({ type }) => type === 'joined' || type === 'name-taken'),
    switchMap(({ type }) => (type === 'joined' ? persistent(turns(store, master)) : EMPTY)),
  );

const turns = (store: FleetStore, master: Taking): Observable<FleetEvent> => {
  const { host, restart, release, begun } = master;
  const holder = `${host} ${master.instance}`;
  const current$ = members$(store).pipe(share());
  return rolls$(store).pipe(
    connect((roll$) =>
      merge(
        roll$.pipe(hostAgent({ store, host, restart, release, begun })),
        roll$.pipe(
          driveRolls({
            store,
            members$: current$,
            gate: master.gate,
            lease: (key) => lease$(store, key, holder, entryLifetimeMs.leases),
          }),
        ),
        roll$.pipe(eventsOfRolls()),
        roll$.pipe(sampled(master)),
      ),
    ),
  );
};

const eventsOfRolls = () => (roll$: Observable<RollEntry>) =>
  defer(() => {
    const last = new Map<string, RollRecord>();
    return roll$.pipe(
      concatMap(({ service, record }) => {
        const before = last.get(service);
        if (record === undefined) {
          last.delete(service);
          return EMPTY;
        }
        last.set(service, record);
        // One that had ended before this host looked is no news.
        return before === undefined && record.phase !== 'running' ? EMPTY : from(rollEvents(before, record));
      }),
    );
  });

/** The health of a restart is judged by latencies: they are measured while a restart of this host runs. */
const sampled =
  ({ host, sampling$ }: FleetMaster) =>
  (roll$: Observable<RollEntry>): Observable<never> =>
    roll$.pipe(
      scan((running: ReadonlySet<string>, { service, record }) => {
        const isMine = record?.phase === 'running' && record.hosts.some((progress) => progress.host === host);
        const others = Array.from(running).filter((other) => other !== service);
        return new Set(isMine ? [...others, service] : others);
      }, new Set<string>()),
      map(({ size }) => size > 0),
      distinctUntilChanged(),
      switchMap((wanted) => (wanted ? sampling$ : EMPTY)),
      ignoreElements(),
    );
