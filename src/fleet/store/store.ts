import type { Observable } from 'rxjs';

/**
 * What a fleet needs of the system between its hosts: buckets of keys with revisions, and subjects. Its streams run on RxJS's clock. `natsStore` is the real one; tests have one in virtual time.
 *
 * Three facts of NATS are part of this contract, because decisions depend on them:
 * - A write that fails with `StoreUnreachableError` may have been carried out. Whoever must know reads the key again.
 * - The end of an entry's time to live is not told by `watch`: a watcher counts the time itself, from the last revision that it has seen.
 * - While the store is unreachable `watch` is silent. When it is reached again, `watch` emits what has changed meanwhile, and `reachable$` tells both.
 */
export interface FleetStore {
  /** Whether the store is reachable: the current value on subscription, then each change. Never completes. */
  readonly reachable$: Observable<boolean>;
  /** The entry at the key, or `undefined`. Errors with `StoreUnreachableError`. */
  readonly get: (bucket: Bucket, key: string) => Observable<Entry | undefined>;
  /** Writes a key that does not exist, emits its revision and completes. Errors with `StoreConflictError` if it exists, with `StoreUnreachableError`. */
  readonly create: (bucket: Bucket, key: string, value: unknown) => Observable<number>;
  /** Writes a key that still has this revision, emits the new one and completes. Errors with `StoreConflictError` if it has another one or does not exist, with `StoreUnreachableError`. */
  readonly update: (bucket: Bucket, key: string, value: unknown, revision: number) => Observable<number>;
  /** Deletes a key that still has this revision, and completes. Errors like `update`. */
  readonly remove: (bucket: Bucket, key: string, revision: number) => Observable<never>;
  /** All entries of a bucket and then each change. `ready` follows the first ones. Never completes; errors only if the bucket cannot be used at all. */
  readonly watch: (bucket: Bucket) => Observable<Entry | Removed | 'ready'>;
  /** Sends a value to all who are subscribed to the subject now. At most once: what is sent while the store is unreachable is lost, and errors with `StoreUnreachableError`. */
  readonly publish: (subject: string, value: unknown) => Observable<never>;
  /** What is published on a subject. A part `*` stands for any one part, a last part `>` for the rest. Never completes. */
  readonly subscribe: (subject: string) => Observable<Published>;
}

/**
 * `members`: what each host says of itself; an entry lives for a few heartbeats. `leases`: who may drive a roll, and who leads; an entry lives for the length of a lease.
 * `rolls`: the restarts, one key for each service; entries stay.
 */
export type Bucket = 'members' | 'leases' | 'rolls';

export interface Entry {
  readonly key: string;
  /** Data from another host: it passes a decoder before anything reads it. */
  readonly value: unknown;
  /** Grows with each write to the bucket. */
  readonly revision: number;
}

/** The key has been deleted. */
export interface Removed {
  readonly key: string;
  readonly revision: number;
  readonly removed: true;
}

export interface Published {
  readonly subject: string;
  readonly value: unknown;
}
