import { hostname } from 'node:os';
import { distinctUntilChanged, map, merge, Observable, skipWhile, tap } from 'rxjs';
import { ConfigError } from '../../index.js';
import type { HealthGate } from '../roll/driveRoll.js';
import { enterFleet } from '../state/joinedFleet.js';
import { watchFleet } from '../state/watchFleet.js';
import { checkStoreOptions, type StoreOptions, storeOptionNames } from '../store/natsOptions.js';
import { type NatsStore, natsStore } from '../store/natsStore.js';
import type { ConnectionEvent, FleetEvent } from './fleetEvent.js';
import { joinFleet } from './joinFleet.js';
import { parts } from './parts.js';
import { persistent } from './persistent.js';
import { thisMaster } from './thisMaster.js';

export interface FleetOptions extends StoreOptions {
  /** The name of this host, which no other has. Default: the name of the machine. */
  readonly host?: string | undefined;
  /** What the code of a service calls itself, in 255 characters at most, asked when it starts and when it has been restarted. If it throws, that is a `problem` event, and the last one stays. Default: the version in its package.json. */
  readonly release?: ((service: string) => string) | undefined;
  /** A gate for restarts of the fleet beside that of their plan: what it emits halts them. Give all hosts the same, because any of them may drive a restart. */
  readonly gate?: HealthGate | undefined;
}

const maxHostLength = 255;

/** Checks options that were read from a file. Throws `ConfigError` for the first that is wrong. */
export const checkFleetOptions = (options: Readonly<Record<string, unknown>>): FleetOptions => {
  if (typeof options !== 'object' || options === null)
    throw new ConfigError('fleet', `expected { servers, name }, got ${JSON.stringify(options)}`);
  const names: readonly string[] = [...storeOptionNames, 'host', 'release', 'gate'];
  for (const name of Object.keys(options))
    if (!names.includes(name))
      throw new ConfigError(`fleet.${name}`, 'is not an option', `There are ${names.join(', ')}`);
  const { host, release, gate } = options;
  if (host !== undefined && (typeof host !== 'string' || host === '' || host.length > maxHostLength))
    throw new ConfigError('fleet.host', `expected a name of ${maxHostLength} characters at most`);
  for (const [option, value] of Object.entries({ release, gate }))
    if (value !== undefined && typeof value !== 'function')
      throw new ConfigError(`fleet.${option}`, 'expected a function');
  // Everything that is not checked above is checked here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const checked = options as unknown as FleetOptions;
  checkStoreOptions(checked);
  return checked;
};

/**
 * Makes the master of this process a member of a fleet: hosts that run the same services, and know each other through NATS with JetStream.
 *
 * While it is subscribed, the host publishes what its clusters do, takes its turns in restarts of the fleet, and drives them when it is asked to. Subscribe it before the clusters start, because it only knows what happens from then on.
 * A host that cannot reach NATS keeps serving, says `disconnected`, begins no restart of the fleet, and takes part again when it can.
 *
 * Emits what happens in the fleet. Never completes, and never errors because of NATS: that is a `problem` event. Unsubscribing leaves the fleet. Throws `ConfigError` for a wrong option, and an `Error` that says what to install if
 * the packages of NATS (`@nats-io/transport-node`, `@nats-io/jetstream`, `@nats-io/kv`) are missing. No environment and no secret is published.
 *
 * @example
 * fleet({ servers: 'nats-1:4222', name: 'shop' }).subscribe((event) => console.log(event.type));
 * cluster$({ exec: 'worker.js', pid: 'master.pid' }).subscribe();
 */
export const fleet = (options: FleetOptions): Observable<FleetEvent> => {
  const { host = hostname(), release, gate } = checkFleetOptions({ ...options });
  const store$ = natsStore(options);
  return new Observable((subscriber) => {
    let store: NatsStore | undefined;
    const connection = store$.subscribe((opened) => (store = opened));
    const opened = store;
    if (opened === undefined) return subscriber.error(new Error('expected a store at once'));
    const parts$ = merge(
      connectionEvents(opened),
      joinFleet(opened, thisMaster({ host, release, gate })),
      ...parts.map((part) => persistent(part(opened, host))),
    );
    // In this order: a host that leaves says so before its connection is closed.
    subscriber.add(parts$.subscribe(subscriber));
    subscriber.add(enterFleet({ name: options.name, host, state$: watchFleet(opened) }));
    subscriber.add(connection);
  });
};

const connectionEvents = ({ reachable$, problem$ }: NatsStore): Observable<ConnectionEvent> => {
  let last = '';
  const changes$ = reachable$.pipe(
    skipWhile((reachable) => !reachable),
    tap(() => (last = '')),
    map((reachable) => ({ type: reachable ? 'connected' : 'disconnected' }) as const),
  );
  const problems$ = problem$.pipe(
    map(({ message }) => message),
    distinctUntilChanged((_, message) => message === last),
    tap((message) => (last = message)),
    map((problem) => ({ type: 'problem', problem }) as const),
  );
  return merge(changes$, problems$);
};
