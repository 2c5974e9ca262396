/**
 * Signals that reach the whole process group (Ctrl-C, a closed terminal, `systemctl kill -s USR2`, dumb-init) do not end this worker: the master decides what they mean.
 * A handler of the application runs all the same. SIGTERM is another matter: it asks this worker to leave.
 */
import type { SignalsKey } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';

const key: SignalsKey = 'PROTEUS_CLUSTER_SIGNALS';

/** Of a terminal, whatever the master does about them. */
const usual = ['SIGINT', 'SIGHUP', 'SIGQUIT'];

const start = (): void => {
  const handled = process.env[key]?.split(',') ?? [];
  // Said by the master, and not to what this worker starts.
  delete process.env[key];
  const ignore = channel.safely('ignoring a signal', (name: string) => void process.on(name, () => {}));
  for (const name of new Set([...usual, ...handled])) if (name !== 'SIGTERM' && name !== '') ignore(name);
};

export { start };
