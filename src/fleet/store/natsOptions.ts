import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { ConfigError } from '../../index.js';
import type { natsPackages } from './natsPackages.js';

/** Where the servers of NATS are, and how a host proves who it is. */
export interface StoreOptions {
  /** Addresses such as `'nats-1:4222'` or `'tls://nats-1:4222'`. One of a cluster is enough; with several the next one is tried when one fails. */
  readonly servers: string | readonly string[];
  /** The name of the fleet: letters, digits, `-` and `_`. Hosts with the same name belong together, and its buckets and subjects begin with it. */
  readonly name: string;
  /** A file of credentials (`.creds`), as `nsc` writes it. Files are read again at each connection, so they can be replaced. */
  readonly credentials?: string | URL | undefined;
  /** A file with the seed of an nkey. */
  readonly nkey?: string | URL | undefined;
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** `true` refuses a server without TLS; files say whom to trust and who the client is. Default: TLS if the server asks for it, with the certificates that Node trusts. */
  readonly tls?: boolean | TlsFiles | undefined;
  /** On how many servers of a cluster the buckets are kept, when they are created: 1, 3 or 5. Default 1. */
  readonly replicas?: 1 | 3 | 5 | undefined;
}

/** How a store is used. */
export interface StoreUse {
  /** Whether buckets that are missing are created. A command does not: a name with a mistake would leave buckets behind, with one replica. Default: `true`. */
  readonly create?: boolean | undefined;
}

export interface TlsFiles {
  /** The certificate of the authority that has signed the server's certificate. */
  readonly ca?: string | URL | undefined;
  /** The certificate of the client and its key, where the server checks them. */
  readonly cert?: string | URL | undefined;
  readonly key?: string | URL | undefined;
}

export const storeOptionNames = [
  'servers',
  'name',
  'credentials',
  'nkey',
  'token',
  'user',
  'password',
  'tls',
  'replicas',
] as const satisfies readonly (keyof StoreOptions)[];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isFile = (value: unknown): boolean => isText(value) || value instanceof URL;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The servers as a list. */
const serversOf = ({ servers }: StoreOptions): readonly string[] => (typeof servers === 'string' ? [servers] : servers);

/** The servers as text, without the passwords that an address may have: up to the last `@`, because a password may have one, too. */
export const shownServers = (options: StoreOptions): string =>
  serversOf(options)
    .map((server) => server.replace(/^([a-z][-+.a-z\d]*:\/\/)?.*@/is, '$1'))
    .join(', ');

/** Throws `ConfigError` for a wrong option. Values are not shown where they may be secrets. */
export const checkStoreOptions = (options: StoreOptions): void => {
  const { servers, name, token, user, password, tls, replicas } = options;
  if (!(isText(servers) || (Array.isArray(servers) && servers.length > 0 && servers.every(isText)))) {
    throw new ConfigError(
      'fleet.servers',
      `expected the address of a server of NATS such as 'nats-1:4222', or a list of them`,
    );
  }
  if (!isText(name) || !/^[-\w]+$/.test(name)) {
    throw new ConfigError(
      'fleet.name',
      `expected a name of letters, digits, - and _, got ${JSON.stringify(name)}`,
      `It begins the names of buckets and subjects in NATS, for example 'shop'`,
    );
  }
  for (const option of ['credentials', 'nkey'] as const)
    if (options[option] !== undefined && !isFile(options[option]))
      throw new ConfigError(`fleet.${option}`, 'expected the path of a file');
  for (const [option, value] of Object.entries({ token, user, password }))
    if (value !== undefined && !isText(value))
      throw new ConfigError(`fleet.${option}`, 'expected a string that is not empty');
  if ((user === undefined) !== (password === undefined))
    throw new ConfigError('fleet.user', 'expected user and password together');
  const ways = (['credentials', 'nkey', 'token', 'user'] as const).filter((way) => options[way] !== undefined);
  if (ways.length > 1)
    throw new ConfigError(
      `fleet.${ways[1]}`,
      `expected one of credentials, nkey, token and user, got ${ways.join(' and ')}`,
    );
  checkTls(tls);
  if (replicas !== undefined && ![1, 3, 5].includes(replicas))
    throw new ConfigError('fleet.replicas', `expected 1, 3 or 5, got ${JSON.stringify(replicas)}`);
};

const checkTls = (tls: unknown): void => {
  if (tls === undefined || typeof tls === 'boolean') return;
  if (!isObject(tls)) throw new ConfigError('fleet.tls', 'expected true, or files: { ca, cert, key }');
  for (const [entry, value] of Object.entries(tls)) {
    if (!['ca', 'cert', 'key'].includes(entry))
      throw new ConfigError(`fleet.tls.${entry}`, 'is not an option', 'There are ca, cert, key');
    if (value !== undefined && !isFile(value))
      throw new ConfigError(`fleet.tls.${entry}`, 'expected the path of a file');
  }
};

/** What the client of NATS is given for one connection. Reads the files. */
export const connectionOptions = (
  options: StoreOptions,
  { transport }: Pick<ReturnType<typeof natsPackages>, 'transport'>,
  timeoutMs: number,
): NodeConnectionOptions => {
  const { credentials, nkey, token, user, password, tls, name } = options;
  return {
    servers: [...serversOf(options)],
    name: `proteus-cluster ${name}`,
    timeout: timeoutMs,
    // A connection is never repaired: what a broken one still had to send would be carried out long after it has been given up.
    reconnect: false,
    // A server that does not answer is noticed after three intervals.
    pingInterval: 1_500,
    maxPingOut: 2,
    ...(credentials !== undefined && {
      authenticator: transport.credsAuthenticator(bytes('credentials', credentials)),
    }),
    ...(nkey !== undefined && { authenticator: transport.nkeyAuthenticator(seedIn(bytes('nkey', nkey))) }),
    ...(token !== undefined && { token }),
    ...(user !== undefined && password !== undefined && { user, pass: password }),
    ...(tls !== undefined && tls !== false && { tls: tls === true ? {} : tlsFiles(tls) }),
  };
};

/** A file of a seed may have comments and empty lines, and ends with a line break. */
const seedIn = (content: Uint8Array): Uint8Array => {
  const seed = Buffer.from(content)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith('S'));
  if (seed === undefined) throw new ConfigError('fleet.nkey', 'expected a file with a seed, a line that begins with S');
  return Buffer.from(seed);
};

const tlsFiles = (files: TlsFiles) =>
  Object.fromEntries(
    (['ca', 'cert', 'key'] as const)
      .filter((entry) => files[entry] !== undefined)
      .map((entry) => [entry, Buffer.from(bytes(`tls.${entry}`, files[entry] ?? '')).toString('utf8')]),
  );

const bytes = (option: string, file: string | URL): Uint8Array => {
  try {
    return readFileSync(file);
  } catch (error) {
    const path = file instanceof URL ? fileURLToPath(file) : file;
    throw new ConfigError(
      `fleet.${option}`,
      `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};
