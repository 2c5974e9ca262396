import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { NatsConnection, QueuedIterator } from '@nats-io/transport-node';
import { Observable } from 'rxjs';
import { StoreRefusedError } from './errors.js';
import { entryLifetimeMs } from './lifetimes.js';
import { connectionOptions, type StoreOptions, type StoreUse } from './natsOptions.js';
import type { natsPackages } from './natsPackages.js';
import type { Bucket } from './store.js';

/** A connection whose buckets can be used. */
export interface Session {
  readonly connection: NatsConnection;
  readonly buckets: Readonly<Record<Bucket, OpenBucket>>;
}

export interface OpenBucket {
  readonly kv: KV;
  /** `kv.watch()`. The connection is not closed before it has its answer: a watch that begins on a connection that is being closed leaves a timer behind, which keeps the process alive. */
  readonly watch: () => Promise<QueuedIterator<KvWatchEntry>>;
  /** When the bucket was created: one that was deleted and created again counts its revisions anew. */
  readonly created: string;
  /** On how many servers it is kept. */
  readonly replicas: number;
}

/** How long one request may take, in ms. A lease that is renewed in time survives two that are lost. */
export const requestTimeoutMs = 2_000;

const connectTimeoutMs = 3_000;
const drainTimeoutMs = 1_000;

/**
 * One connection: emits it when its buckets are open, and completes or errors when it is over. Unsubscribing closes it. `report` gets what the server refuses meanwhile.
 */
export const session$ = (
  options: StoreOptions & StoreUse,
  packages: ReturnType<typeof natsPackages>,
  report: (error: unknown) => void,
): Observable<Session> =>
  new Observable((subscriber) => {
    const open = async (): Promise<void> => {
      const connection = await packages.transport.connect(connectionOptions(options, packages, connectTimeoutMs));
      const opening = new Set<Promise<unknown>>();
      const close = () => void leave(connection, opening);
      if (subscriber.closed) return close();
      subscriber.add(close);
      void connection
        .closed()
        .then((error) => (error instanceof Error ? subscriber.error(error) : subscriber.complete()));
      void reportRefusals(connection, report);
      const buckets = await openBuckets(connection, options, packages, opening);
      subscriber.next({ connection, buckets });
      // Afterwards: the store is reachable, and what was said before is over.
      const problem = replicasProblem(buckets, options);
      if (problem !== undefined) report(problem);
    };
    open().catch((error: unknown) => subscriber.error(error));
  });

/** What has been written is sent first: a host that leaves says so. A server that does not answer is not waited for. */
const leave = async (connection: NatsConnection, opening: ReadonlySet<Promise<unknown>>): Promise<void> => {
  const close = () => void connection.close().catch(() => {});
  const waiting = setTimeout(close, drainTimeoutMs);
  await Promise.allSettled(opening);
  connection.drain().then(() => clearTimeout(waiting), close);
};

/** What is not permitted is told in the connection's status, because a publisher gets no answer. */
const reportRefusals = async (connection: NatsConnection, report: (error: unknown) => void): Promise<void> => {
  for await (const status of connection.status()) if (status.type === 'error') report(status.error);
};

const openBuckets = async (
  connection: NatsConnection,
  { name, replicas = 1, create = true }: StoreOptions & StoreUse,
  { jetstream, kv }: ReturnType<typeof natsPackages>,
  opening: Set<Promise<unknown>>,
): Promise<Session['buckets']> => {
  const manager = new kv.Kvm(jetstream.jetstream(connection, { timeout: requestTimeoutMs }));
  const open = async (bucket: Bucket): Promise<OpenBucket> => {
    const lifetime = entryLifetimeMs[bucket];
    const ttl = Number.isFinite(lifetime) ? lifetime : 0;
    const title = `${bucketPrefix(name)}${bucket}`;
    // A direct read may be answered by a server that is behind.
    const opened = create
      ? await manager.create(title, { ttl, replicas, history: 1, allow_direct: false })
      : await manager.open(title, { allow_direct: false });
    const status = await opened.status().catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      throw new StoreRefusedError(
        `no host has joined the fleet ${name} on this server. Check the name, or start a host`,
        {
          cause: error,
        },
      );
    });
    if (status.ttl !== ttl) {
      throw new StoreRefusedError(
        `bucket ${title}: expected entries that live ${ttl} ms, found ${status.ttl}. Another version may have created it: stop the fleet, delete it (nats kv del ${title}) and start again`,
      );
    }
    const watch = () => {
      const begun = opened.watch();
      opening.add(begun);
      void begun.then(
        () => opening.delete(begun),
        () => opening.delete(begun),
      );
      return begun;
    };
    return { kv: opened, watch, created: status.streamInfo.created, replicas: status.replicas };
  };
  return { members: await open('members'), leases: await open('leases'), rolls: await open('rolls') };
};

/** An existing bucket keeps the replicas with which it was created. */
const replicasProblem = (
  buckets: Session['buckets'],
  { name, replicas }: Pick<StoreOptions, 'name' | 'replicas'>,
): StoreRefusedError | undefined => {
  const others = Object.entries(buckets).filter(([, bucket]) => bucket.replicas !== replicas);
  const [[, first] = []] = others;
  if (replicas === undefined || first === undefined) return undefined;
  const commands = others.map(
    ([bucket]) => `nats stream edit KV_${bucketPrefix(name)}${bucket} --replicas ${replicas}`,
  );
  return new StoreRefusedError(
    `fleet.replicas: expected ${replicas}, but the buckets of this fleet were created with ${first.replicas}. Change them on the server: ${commands.join('; ')}`,
  );
};

const streamNotFound = 10_059;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && Number(error.code) === streamNotFound;

/** What the names of a fleet's buckets begin with. */
const bucketPrefix = (name: string): string => `proteus_${name}_`;
