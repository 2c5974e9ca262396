/**
 * With `schedulingPolicy: 'reusePort'` the servers of this worker have sockets of their own: what is passed to `listen` is completed before Node
 * reads it, and no method of Node is changed.
 */
import diagnostics_channel from 'node:diagnostics_channel';
import type { ReusePortKey } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';

const key: ReusePortKey = 'PROTEUS_CLUSTER_REUSE_PORT';

/** What decides where `listen` listens. The last of them is of Node 22.12 and later. */
interface Options {
  readonly port?: unknown;
  readonly fd?: unknown;
  readonly handle?: unknown;
  readonly _handle?: unknown;
  readonly exclusive?: unknown;
  reusePort?: unknown;
}

const start = (): void => {
  const isWanted = process.env[key] !== undefined;
  // Not for what this worker starts.
  delete process.env[key];
  if (!isWanted) return;
  const complete = channel.safely('listening with reusePort', (message: unknown) => {
    if (hasOptions(message) && isShared(message.options)) message.options.reusePort = true;
  });
  diagnostics_channel.subscribe('tracing:net.server.listen:asyncStart', complete);
};

/** Whether node:cluster would give the workers one socket for it. With port 0 each worker would have a port of its own. */
const isShared = ({ port, fd, handle, _handle, exclusive, reusePort }: Options): boolean =>
  (typeof port === 'number' || typeof port === 'string') &&
  Number(port) > 0 &&
  [fd, handle, _handle, exclusive, reusePort].every((value) => value === undefined);

const hasOptions = (message: unknown): message is { readonly options: Options } =>
  typeof message === 'object' &&
  message !== null &&
  'options' in message &&
  typeof message.options === 'object' &&
  message.options !== null;

export { start };
