import type { Worker } from 'node:cluster';

/**
 * Keeps the sockets of the clusters of one master apart. node:cluster gives all workers that ask for the same address and port (port 0 is
 * one) the same socket, whichever cluster they belong to: requests for one would be answered by the other.
 *
 * It finds the socket by a key that is made of what the worker asks for, its file descriptor included. Who listens on a port or a path
 * has no descriptor, and the name of the cluster takes that empty place before node:cluster looks. Then each cluster has sockets of its own,
 * and an address that another cluster has is in use, as it would be in another process. A request that is not as expected is left as it is.
 */
export const isolateSockets = ({ process }: Worker, cluster: string): void => {
  process.prependListener('internalMessage', (message: unknown) => {
    // With the slash it is no number, and not taken for a descriptor.
    if (asksForSocket(message)) message.fd = `${cluster}/`;
  });
};

interface Request {
  fd?: unknown;
}

const asksForSocket = (message: unknown): message is Request =>
  typeof message === 'object' &&
  message !== null &&
  'cmd' in message &&
  message.cmd === 'NODE_CLUSTER' &&
  'act' in message &&
  message.act === 'queryServer' &&
  (!('fd' in message) || hasNone(message.fd));

/** How `net` and `dgram` say that there is no descriptor. */
const hasNone = (fd: unknown): boolean => fd === undefined || fd === null || (typeof fd === 'number' && fd < 0);
