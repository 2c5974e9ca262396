import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  groupBy,
  map,
  mergeMap,
  type Observable,
  of,
  type OperatorFunction,
  switchMap,
  take,
  throwIfEmpty,
} from 'rxjs';
import type { RollRecord } from '../records/roll.js';
import type { FleetStore } from '../store/store.js';
import { type BegunTurns, begunTurns } from './begunTurns.js';
import { changeRoll, type StoredRoll } from './changeRoll.js';
import { RollError } from './errors.js';
import { exhaustLatest } from './exhaustLatest.js';
import {
  beginning,
  hasBegun,
  type HostOutcome,
  openTurn,
  progressOf,
  reporting,
  type Turn,
  turnFor,
} from './hostStep.js';
import type { RollEntry } from './rolls.js';
import { shortText } from './shortText.js';

/** A host, and what an agent does on it. */
export interface AgentHost {
  readonly store: FleetStore;
  readonly host: string;
  /** Restarts a service, emits how that ended, and completes. What it errors with is the reason of a failure. */
  readonly restart: (service: string) => Observable<HostOutcome>;
  /** What the code of a service calls itself, if that is known. */
  readonly release: (service: string) => string | undefined;
  /** The turns that this master has begun. Default: those of this agent, which end with it. */
  readonly begun?: BegunTurns | undefined;
}

type Agent = AgentHost & { readonly begun: BegunTurns };

/** What happens on a host in a roll. */
export type AgentEvent =
  | { readonly type: 'turn-begin'; readonly service: string; readonly turn: Turn }
  | { readonly type: 'turn-end'; readonly service: string; readonly turn: Turn; readonly outcome: HostOutcome }
  | { readonly type: 'roll-unreadable'; readonly service: string; readonly problem: string };

/**
 * Takes the turns of a host in the restarts of the fleet: rolls in, what happens on this host out.
 *
 * ```
 * rolls      a-----------------------     a: the host is asked
 * writes     -r-----------d----------     r: restarting   d: done
 * result     --b-----------e---------     b: turn-begin   e: turn-end
 * ```
 *
 * It writes that it begins before it begins, and only while it is asked: a host that is cut off begins nothing, because it cannot write. If the answer to that write is lost, it reads the record when the store is reachable
 * again, and begins only if it still says so. It reports until the store has the report. One turn of a service after the other; services are independent of each other.
 * Of two masters that have one name for a moment one begins, and the other reports that turn as failed.
 *
 * With `begun`, an agent that follows this one in the same master goes on with its turns. A turn that the record calls begun, and that nobody here has begun, was that of a master that has ended: it is reported as failed.
 *
 * Completes with the source. Errors only with an error of the store that is none of its own.
 */
export const hostAgent =
  (agent: AgentHost): OperatorFunction<RollEntry, AgentEvent> =>
  (roll$) =>
    defer(() => {
      const { begun = begunTurns() } = agent;
      return roll$.pipe(
        groupBy(({ service }) => service),
        mergeMap((ofService$) => ofService$.pipe(exhaustLatest((entry) => answer({ ...agent, begun }, entry)))),
        finalize(() => {
          if (agent.begun === undefined) begun.end();
        }),
      );
    });

const answer = (agent: Agent, { service, record, problem }: RollEntry): Observable<AgentEvent> => {
  if (problem !== undefined) return of({ type: 'roll-unreadable', service, problem });
  if (record === undefined) return EMPTY;
  const turn = turnFor(record, agent.host);
  if (turn !== undefined) return takeTurn(agent, service, turn);
  const open = openTurn(record, agent.host);
  if (open === undefined) return EMPTY;
  const outcome$ = agent.begun.outcomeOf(service, open);
  if (outcome$ === undefined) return closeTurn(agent, service, record, open);
  return outcome$.pipe(concatMap((outcome) => report(agent, service, open, outcome)));
};

const takeTurn = (agent: Agent, service: string, turn: Turn): Observable<AgentEvent> =>
  defer(() => {
    let begins = false;
    const from = agent.release(service);
    const begin = (record: RollRecord | undefined, unanswered: boolean): RollRecord | undefined => {
      // This is what the write did whose answer was lost. Without such a write it was another master with the name of this host.
      const next = unanswered && hasBegun(record, turn) ? record : beginning(record, turn, from);
      begins = next !== undefined;
      return next;
    };
    return change(agent, service, begin).pipe(
      switchMap(() => (begins ? restartAndReport(agent, service, turn) : EMPTY)),
    );
  });

const restartAndReport = (agent: Agent, service: string, turn: Turn): Observable<AgentEvent> =>
  concat(
    of({ type: 'turn-begin', service, turn } as const),
    defer(() => agent.begun.begin(service, turn, restarted(agent, service))).pipe(
      concatMap((outcome) => report(agent, service, turn, outcome)),
    ),
  );

const restarted = ({ restart }: Agent, service: string): Observable<HostOutcome> =>
  defer(() => restart(service)).pipe(
    take(1),
    throwIfEmpty(() => new Error('its restart ended without a result')),
    catchError((error: unknown) => of({ state: 'failed', why: messageOf(error) } as const)),
    map(short),
  );

/** Nobody else reports this turn any more. */
const closeTurn = (agent: Agent, service: string, record: RollRecord, turn: Turn): Observable<AgentEvent> => {
  const { state, why } = progressOf(record, turn) ?? {};
  const text =
    state === 'restarting'
      ? 'its master was started again during the restart'
      : `${why ?? ''}; it is back, and in no restart`;
  return report(agent, service, turn, { state: 'failed', why: text });
};

const report = (agent: Agent, service: string, turn: Turn, outcome: HostOutcome): Observable<AgentEvent> =>
  change(agent, service, (record) => reporting(record, turn, outcome)).pipe(
    map(() => {
      agent.begun.forget(service);
      return { type: 'turn-end', service, turn, outcome } as const;
    }),
  );

/** Waits for the store. A record that was made unreadable meanwhile is told by the entry that follows. */
const change = (
  { store }: AgentHost,
  service: string,
  decide: (record: RollRecord | undefined, unanswered: boolean) => RollRecord | undefined,
): Observable<StoredRoll> =>
  changeRoll(store, service, decide, true).pipe(
    catchError((error: unknown) => {
      if (error instanceof RollError) return EMPTY;
      throw error;
    }),
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const short = (outcome: HostOutcome): HostOutcome =>
  outcome.state === 'failed' ? { ...outcome, why: shortText(outcome.why) } : outcome;
