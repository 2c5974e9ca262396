import type { Peer } from '../host/mail.js';
import { type Recipient, recipients } from '../recipients.js';

/** Those that are meant, and connected. */
export const peersOf = (what: string, to?: Recipient): readonly Peer[] =>
  recipients(what, to).flatMap(({ running, id }) =>
    running.host.peers().filter(({ worker }) => id === undefined || worker.id === id),
  );
