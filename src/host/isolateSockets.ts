import type { Worker } from 'node:cluster';

/**
 * Keeps the sockets of several clusters of one master separate. node:cluster gives all workers that ask for the same address and port (port 0 is
 * one) the same socket, whatever their cluster: requests for one would be answered by the other.
 *
 * node:cluster finds the socket by a key made of the worker's request, including its file descriptor. A request for a port or a path
 * has no descriptor, and the cluster's name is put in its place before node:cluster reads it. So each cluster has its own sockets,
 * and an address of another cluster is in use, as it would be in another process. An unexpected request is left unchanged.
 */
export const isolateSockets = ({ process }: Worker, cluster: string): void => {
  // node:cluster puts colons between the parts of the key, and a worker chooses the parts before this one.
  const name = cluster.replaceAll(/[%:]/g, (sign) => encodeURIComponent(sign));
  process.prependListener('internalMessage', (message: unknown) => {
    // The slash keeps it from being read as a descriptor number.
    if (asksForSocket(message)) message.fd = `${name}/`;
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

/** The values with which `net` and `dgram` say that there is no descriptor. A text is the name of a cluster: from here, in a request that is repeated, or from a worker, which must not choose another one. */
const hasNone = (fd: unknown): boolean =>
  fd === undefined || fd === null || typeof fd === 'string' || (typeof fd === 'number' && fd < 0);
