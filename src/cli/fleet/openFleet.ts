import type { NatsStore, StoreOptions } from '../../fleet.js';
import type { Observable } from 'rxjs';
import type { Input, Io, Options } from '../command.js';
import { harmless } from '../harmless.js';
import { textOption } from '../readOption.js';
import { UsageError } from '../usageError.js';

/** The options that say which fleet. */
export const fleetOptions: Options = {
  servers: { value: 'addresses', text: 'The servers of NATS, such as nats-1:4222,nats-2:4222.' },
  fleet: { value: 'name', text: 'The name of the fleet, with --servers.' },
  credentials: { value: 'file', text: 'A file of credentials (.creds), with --servers.' },
  config: {
    value: 'file',
    text: 'The configuration that has the option fleet. Default: that of the current folder.',
  },
  env: { value: 'profile', text: 'The profile of the configuration.' },
};

/** A fleet that a command talks to, and the libraries for it, which other commands do not load. */
export interface OpenFleet {
  readonly name: string;
  readonly store: NatsStore;
  readonly fleet: typeof import('../../fleet.js');
  readonly rx: typeof import('rxjs');
  /** Calls `next` with each value. Resolves when the stream completes. */
  readonly each: <T>(stream$: Observable<T>, next: (value: T) => void) => Promise<void>;
}

const each: OpenFleet['each'] = (stream$, next) =>
  new Promise((resolve, reject) => {
    stream$.subscribe({ next, error: reject, complete: resolve });
  });

/** Connects to the fleet that the command line names, calls `use`, and closes the connection. Rejects if it is not reachable, with the reason. */
export const withFleet = async (input: Input, io: Io, use: (fleet: OpenFleet) => Promise<number>): Promise<number> => {
  const settings = await fleetSettings(input, io);
  const [fleet, rx] = await Promise.all([import('../../fleet.js'), import('rxjs')]);
  // The first value ends the subscription, which closes the connection.
  return rx.firstValueFrom(
    fleet.natsStore(settings, { create: false }).pipe(
      rx.switchMap((store) => connected(store, rx)),
      rx.tap((store) => warn(store, io)),
      rx.switchMap((store) => use({ name: settings.name, store, fleet, rx, each })),
    ),
  );
};

/** What the store says although it is reachable, such as buckets that are not as the configuration has them. */
const warn = ({ problem$ }: NatsStore, io: Io): void =>
  problem$.subscribe(({ message }) => io.err(`${io.paint('yellow', '!')} ${harmless(message)}\n`)).unsubscribe();

/** The store when it is reachable. Errors with the first reason why it is not. */
const connected = (store: NatsStore, rx: typeof import('rxjs')): Observable<NatsStore> =>
  rx
    .merge(
      store.reachable$.pipe(
        rx.filter((reachable) => reachable),
        rx.map(() => store),
      ),
      store.problem$.pipe(
        rx.map((problem) => {
          throw problem;
        }),
      ),
    )
    // Later: what it says then comes at the same moment.
    .pipe(rx.take(1), rx.observeOn(rx.asapScheduler));

/** From the command line, or from `fleet` of a configuration. Secrets come from files or the environment, because arguments are visible to other users. */
export const fleetSettings = async (input: Input, { env }: Io): Promise<StoreOptions> => {
  const servers = textOption(input, 'servers');
  const name = textOption(input, 'fleet');
  const credentials = textOption(input, 'credentials');
  const token = env['PROTEUS_FLEET_TOKEN'];
  if (servers === undefined) {
    const other = name === undefined ? (credentials === undefined ? undefined : 'credentials') : 'fleet';
    if (other !== undefined)
      throw new UsageError(`--${other}: expected --servers with it, such as --servers nats-1:4222`);
    return ofConfiguration(input);
  }
  if (name === undefined) throw new UsageError('--servers: expected the name of the fleet with it: --fleet <name>');
  return {
    servers: servers.split(','),
    name,
    ...(credentials !== undefined && { credentials }),
    ...(credentials === undefined && token !== undefined && token !== '' && { token }),
  };
};

const ofConfiguration = async (input: Input): Promise<StoreOptions> => {
  const file = textOption(input, 'config');
  const { loadConfig } = await import('../../services.js');
  const config = await loadConfig(file, { profile: textOption(input, 'env') }).catch((error: unknown) => {
    if (
      file !== undefined ||
      !(error instanceof Error) ||
      !error.message.startsWith('the configuration: expected one of')
    )
      throw error;
    throw new UsageError(
      'expected --servers and --fleet, or a configuration with the option fleet in this folder, got neither',
    );
  });
  if (config.fleet === undefined)
    throw new UsageError(
      `${config.file}: expected the option fleet, got none. Or name the fleet: --servers and --fleet`,
    );
  return config.fleet;
};
