import type { Policy } from '../../config/policy.js';
import type { Host } from '../../host/host.js';
import { retireWhenClosed } from './retireWhenClosed.js';

/** A host whose processes have to go when they have closed their servers, where they are ready by listening; elsewhere the host as it is. */
export const hostWithRetirement = (host: Host, { ready }: Pick<Policy, 'ready'>): Host =>
  ready === 'auto' || ready === 'listening'
    ? { ...host, fork: (seat) => host.fork(seat).pipe(retireWhenClosed()) }
    : host;
