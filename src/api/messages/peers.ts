import { MessageError } from '../../vocabulary/errors.js';
import type { Peer } from '../../host/workerChannel.js';
import { type Recipient, requireWorkers } from '../../registry/addressing.js';

/** The selected workers that are connected. Throws as `requireWorkers` does, and `MessageError` for a worker whose channel has closed. */
export const peersOf = (what: string, to?: Recipient): readonly Peer[] =>
  requireWorkers(what, to).flatMap(({ running, id }) => {
    const peers = running.host.peers().filter(({ worker }) => id === undefined || worker.id === id);
    if (id !== undefined && peers.length === 0) throw new MessageError(`${what}: worker ${id} has left`);
    return peers;
  });
