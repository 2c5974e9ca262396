import { combineLatest, defer, EMPTY, map, merge, type Observable, retry, scan, startWith } from 'rxjs';
import { heardMembers$ } from '../membership/members.js';
import { readRoll } from '../roll/readRoll.js';
import { StoreUnreachableError } from '../store/errors.js';
import type { Entry, FleetStore, Removed } from '../store/store.js';
import type { FleetState, HostState, RestartState } from './fleetState.js';
import { foldHosts } from './foldHosts.js';
import { foldRestart } from './foldRestart.js';

/** A store that may say why it is not reachable, as `natsStore` does. */
type WatchedStore = FleetStore & { readonly problem$?: Observable<Error> };

/** What cannot be read is tried again after so long, in ms. */
const retryMs = 5_000;

/**
 * What is known of a fleet: its hosts, those that have left, and the last restart of each service with the times of its hosts. It only reads, so an observer may use it.
 *
 * Emits at once, and after each change and each heartbeat of a host. Times are those of `now`, a monotonic clock in ms (default: `performance.now`). While the store is not reachable the last state stays, with `reachable: false`. Never
 * completes and never errors.
 *
 * @example
 * natsStore({ servers: 'nats-1:4222', name: 'shop' })
 *   .pipe(switchMap((store) => watchFleet(store)))
 *   .subscribe(({ hosts }) => console.log(hosts.size));
 */
export const watchFleet = (store: WatchedStore, now = (): number => performance.now()): Observable<FleetState> =>
  defer(() =>
    combineLatest([connection(store, now), hosts(store, now), restarts(store, now)]).pipe(
      map(([connected, known, rolls]) => ({ ...connected, hosts: known, restarts: rolls })),
    ),
  );

type Connection = Pick<FleetState, 'reachable' | 'since' | 'problem'>;

interface Heard extends Connection {
  /** What the store has said last. Of one that is reachable it may be over, such as a watch that has begun anew. */
  readonly last?: string;
}

const connection = ({ reachable$, problem$ = EMPTY }: WatchedStore, now: () => number): Observable<Connection> =>
  // What the store has said before is over when it is reachable, so that comes first.
  merge(reachable$, problem$).pipe(
    scan(
      (before: Heard, input): Heard => {
        if (input === true) return { reachable: true, since: now() };
        if (input === false)
          return { reachable: false, since: now(), ...(before.last !== undefined && { problem: before.last }) };
        const last = input.message;
        const isOver = before.reachable && input instanceof StoreUnreachableError;
        return { ...before, last, ...(!isOver && { problem: last }) };
      },
      { reachable: false, since: now() },
    ),
    map(({ last, ...connected }) => connected),
  );

const hosts = (store: FleetStore, now: () => number): Observable<FleetState['hosts']> =>
  heardMembers$(store).pipe(
    retry({ delay: retryMs }),
    scan((known, heard) => foldHosts(known, heard, now()), new Map<string, HostState>() as FleetState['hosts']),
    startWith(new Map<string, HostState>()),
  );

const restarts = (store: FleetStore, now: () => number): Observable<FleetState['restarts']> =>
  defer(() => {
    let isReady = false;
    return store.watch('rolls').pipe(
      retry({ delay: retryMs }),
      scan(
        (known, change) => {
          if (change !== 'ready') return withChange(known, change, isReady ? now() : undefined);
          isReady = true;
          return known;
        },
        new Map<string, RestartState>() as FleetState['restarts'],
      ),
      startWith(new Map<string, RestartState>()),
    );
  });

const withChange = (
  known: FleetState['restarts'],
  change: Entry | Removed,
  now: number | undefined,
): FleetState['restarts'] => {
  const after = new Map(known);
  const service = change.key;
  if ('removed' in change) after.delete(service);
  else {
    const { record, problem } = readRoll(service, change.value);
    after.set(service, record === undefined ? { problem, turns: [] } : foldRestart(known.get(service), record, now));
  }
  return after;
};
