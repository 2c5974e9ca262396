/**
 * Signals that reach the whole process group (Ctrl-C, a closed terminal, `systemctl kill -s USR2`, dumb-init) do not end this worker: the master decides what they mean.
 * Handlers of the application run nevertheless. SIGTERM is not ignored: it asks this worker to leave.
 */
import type { SignalsKey } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';

const key: SignalsKey = 'PROTEUS_CLUSTER_SIGNALS';

/** The signals that a terminal sends. Ignored even if the master does not handle them. */
const terminalSignals = ['SIGINT', 'SIGHUP', 'SIGQUIT'];

const start = (): void => {
  const handled = process.env[key]?.split(',') ?? [];
  // Child processes of this worker must not inherit it.
  delete process.env[key];
  const ignore = channel.safely('ignoring a signal', (name: string) => void process.on(name, () => {}));
  for (const name of new Set([...terminalSignals, ...handled])) if (name !== 'SIGTERM' && name !== '') ignore(name);
};

export { start };
