import type { Bucket } from './store.js';

/** How long an entry lives after its last write, in ms: a bucket of NATS has one time to live for all its keys. */
export const entryLifetimeMs: Readonly<Record<Bucket, number>> = { members: 20_000, leases: 10_000, rolls: Infinity };
