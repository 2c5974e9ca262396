import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  catchError,
  concat,
  filter,
  firstValueFrom,
  lastValueFrom,
  map,
  type Observable,
  of,
  take,
  toArray,
} from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import type { StoreOptions, StoreUse } from '../../src/fleet/store/natsOptions.js';
import { type NatsStore, natsStore } from '../../src/fleet/store/natsStore.js';
import { natsAccount, natsUserKey } from './natsAccount.js';
import { natsServer } from './natsServer.js';

const opened = (options: StoreOptions, use: StoreUse = {}): NatsStore => {
  let store: NatsStore | undefined;
  const subscription = natsStore(options, use).subscribe((one) => (store = one));
  onTestFinished(() => subscription.unsubscribe());
  if (store === undefined) throw new Error('expected a store at once');
  return store;
};

const connected = async (options: StoreOptions, use: StoreUse = {}): Promise<NatsStore> => {
  const store = opened(options, use);
  await firstValueFrom(store.reachable$.pipe(filter(Boolean)));
  return store;
};

/** The first problem of a store, as name and message. */
const problemOf = ({ problem$ }: NatsStore): Promise<string> =>
  firstValueFrom(problem$.pipe(map(({ name, message }) => `${name}: ${message}`)));

const result = (request$: Observable<unknown>): Observable<string> =>
  request$.pipe(
    map(() => 'done'),
    catchError((error: unknown) => of(error instanceof Error ? error.name : String(error))),
  );

const watched = ({ watch }: NatsStore): Observable<string> =>
  watch('members').pipe(
    take(2),
    map((change) => (change === 'ready' ? change : change.key)),
  );

const documented = (): string => {
  const [, configuration] = /```text\n(jetstream[^`]*)```/.exec(readFileSync('docs/fleet-security.md', 'utf8')) ?? [];
  if (configuration === undefined) throw new Error('expected a configuration in docs/fleet-security.md');
  return configuration;
};

test(
  'the documented users: a member does all, an operator restarts, an observer only sees',
  { timeout: 60_000 },
  async () => {
    const { address } = await natsServer(documented());
    const as = (user: string) => connected({ servers: address, name: 'shop', user, password: `${user}-secret` });
    const member = await as('member');
    const [operator, observer] = [await as('operator'), await as('observer')];
    const lines = await lastValueFrom(
      concat(
        result(member.create('members', 'a', {})),
        result(member.create('leases', 'roll.web', {})),
        result(operator.create('rolls', 'web', {})),
        result(operator.update('members', 'a', {}, 1)),
        result(observer.update('rolls', 'web', {}, 1)),
        result(observer.get('rolls', 'web')),
        watched(observer),
        watched(operator),
      ).pipe(toArray()),
    );
    expect(lines.join(' ')).toBe('done done done StoreRefusedError StoreRefusedError done a ready a ready');
  },
);

test(
  'a server that does not answer, wrong credentials and a user without permissions are one sentence each',
  { timeout: 60_000 },
  async () => {
    const server = await natsServer(
      'jetstream {}\nauthorization { users: [{ user: a, password: b, permissions: { publish: ["none"], subscribe: ["_INBOX.>"] } }] }',
    );
    const options = { servers: `nats://:secret@${server.address}`, name: 'shop' };
    const { address } = server;
    expect(await problemOf(opened({ ...options, user: 'a', password: 'wrong' }))).toBe(
      `StoreRefusedError: nats://${address} refuses the credentials: Authorization Violation. Check fleet.credentials, nkey, token, or user and password`,
    );
    expect(await problemOf(opened({ servers: address, name: 'shop', user: 'a', password: 'b' }))).toMatch(
      /^StoreRefusedError: .* does not permit this user what the fleet needs: .*\$JS\.API\.INFO.*docs\/fleet-security\.md/i,
    );
    await server.kill();
    expect(await problemOf(opened(options))).toMatch(
      new RegExp(`^StoreUnreachableError: nats://${address} does not answer: .*ECONNREFUSED`),
    );
  },
);

test(
  'a fleet that nobody has joined is one sentence, and a command does not create it',
  { timeout: 60_000 },
  async () => {
    const { address } = await natsServer();
    const options = { servers: address, name: 'shop' };
    const looking = { create: false };
    const missing =
      'StoreRefusedError: no host has joined the fleet shop on this server. Check the name, or start a host';
    expect(await problemOf(opened(options, looking))).toBe(missing);
    expect(await problemOf(opened(options, looking))).toBe(missing);
    await connected(options);
    await connected(options, looking);
  },
);

test('a server without JetStream is one sentence', { timeout: 60_000 }, async () => {
  const { address } = await natsServer('');
  expect(await problemOf(opened({ servers: address, name: 'shop' }))).toBe(
    `StoreRefusedError: ${address} has no JetStream for this account, which keeps the state of the fleet. Start nats-server with -js, or put jetstream {} into its configuration`,
  );
});

test(
  'TLS: a server without it or with an unknown certificate is refused, and one whose authority is given is trusted',
  { timeout: 60_000 },
  async () => {
    const plain = await natsServer();
    expect(await problemOf(opened({ servers: plain.address, name: 'shop', tls: true }))).toBe(
      `StoreRefusedError: ${plain.address} has no TLS, which fleet.tls asks for. Give the server a certificate, or leave fleet.tls out`,
    );
    const file = (name: string) => join(plain.folder, name);
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('key.pem')];
    execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-days', '2', '-out', file('cert.pem')], {
      stdio: 'ignore',
    });
    const { address } = await natsServer(
      `jetstream {}\ntls { cert_file: "${file('cert.pem')}", key_file: "${file('key.pem')}" }`,
    );
    const options = { servers: `tls://${address}`, name: 'shop' };
    expect(await problemOf(opened({ ...options, tls: true }))).toMatch(/^StoreRefusedError: .*TLS: .*fleet\.tls\.ca/);
    await connected({ ...options, tls: { ca: file('cert.pem') } });
  },
);

/** A file of this test. */
const fileWith = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-login-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'login');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
};

/** A member of the fleet reads and writes. */
const takesPart = async (options: StoreOptions): Promise<string> => {
  const store = await connected(options);
  const name = randomUUID();
  return lastValueFrom(
    concat(result(store.create('members', name, {})), result(store.get('members', name))).pipe(toArray()),
  ).then((lines) => lines.join(' '));
};

const refused = /^StoreRefusedError: \S+ refuses the credentials: .*Check fleet\.credentials, nkey, token/;

test('a file of credentials logs in; one of another account, and one that has expired, are refused', async () => {
  const account = natsAccount();
  const { address } = await natsServer(account.configuration);
  const options = { servers: address, name: 'shop' };
  expect(await takesPart({ ...options, credentials: fileWith(account.credentials()) })).toBe('done done');
  expect(await takesPart({ ...options, credentials: pathToFileURL(fileWith(account.credentials())) })).toBe(
    'done done',
  );
  const others = fileWith(natsAccount().credentials());
  expect(await problemOf(opened({ ...options, credentials: others }))).toMatch(refused);
  const expired = fileWith(account.credentials({ expired: true }));
  expect(await problemOf(opened({ ...options, credentials: expired }))).toMatch(refused);
  expect(await problemOf(opened(options))).toMatch(refused);
});

test('a file of credentials is read again at each connection', async () => {
  const account = natsAccount();
  const server = await natsServer(account.configuration);
  const file = fileWith(account.credentials({ expired: true }));
  const store = opened({ servers: server.address, name: 'shop', credentials: file });
  expect(await problemOf(store)).toMatch(refused);
  writeFileSync(file, account.credentials());
  await firstValueFrom(store.reachable$.pipe(filter(Boolean)));
});

test('the seed of an nkey logs in, and another one is refused', async () => {
  const [known, other] = [natsUserKey(), natsUserKey()];
  const { address } = await natsServer(`jetstream {}\nauthorization { users: [{ nkey: ${known.publicKey} }] }`);
  const options = { servers: address, name: 'shop' };
  expect(await takesPart({ ...options, nkey: fileWith(known.file) })).toBe('done done');
  expect(await problemOf(opened({ ...options, nkey: fileWith(other.file) }))).toMatch(refused);
});

test('a token logs in, another one is refused, and no problem shows it', async () => {
  const { address } = await natsServer('jetstream {}\nauthorization { token: "open-sesame" }');
  const options = { servers: address, name: 'shop' };
  expect(await takesPart({ ...options, token: 'open-sesame' })).toBe('done done');
  const problem = await problemOf(opened({ ...options, token: 'open-barley' }));
  expect(problem).toMatch(refused);
  expect(problem).not.toContain('barley');
});

test('a file of credentials that is missing, and a seed that is none, are one sentence', async () => {
  const { address, folder } = await natsServer();
  const missing = join(folder, 'missing.creds');
  expect(await problemOf(opened({ servers: address, name: 'shop', credentials: missing }))).toMatch(
    /^ConfigError: fleet\.credentials: cannot read .*missing\.creds: ENOENT/,
  );
  const seed = join(folder, 'seed');
  writeFileSync(seed, 'none\n');
  expect(await problemOf(opened({ servers: address, name: 'shop', nkey: seed }))).toBe(
    'ConfigError: fleet.nkey: expected a file with a seed, a line that begins with S',
  );
});

test('a bucket whose entries live for another time is one sentence', { timeout: 60_000 }, async () => {
  const { address } = await natsServer();
  const { connect } = await import('@nats-io/transport-node');
  const { Kvm } = await import('@nats-io/kv');
  const connection = await connect({ servers: address });
  await new Kvm(connection).create('proteus_shop_members', { ttl: 60_000 });
  await connection.close();
  expect(await problemOf(opened({ servers: address, name: 'shop' }))).toMatch(
    /^StoreRefusedError: bucket proteus_shop_members: expected entries that live 20000 ms, found 60000\./,
  );
});

test('replicas that differ from those of the existing buckets are one sentence, and the host takes part', async () => {
  const { address } = await natsServer();
  const options = { servers: address, name: 'shop' };
  expect(await takesPart(options)).toBe('done done');
  const store = opened({ ...options, replicas: 3 });
  expect(await problemOf(store)).toMatch(
    /^StoreRefusedError: fleet\.replicas: expected 3, but the buckets of this fleet were created with 1\. Change them on the server: nats stream edit KV_proteus_shop_members --replicas 3; .*_leases .*_rolls --replicas 3$/,
  );
  expect(await takesPart({ ...options, replicas: 3 })).toBe('done done');
});
