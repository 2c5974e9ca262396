import { NEVER, type Observable } from 'rxjs';
import { configure } from '../config/configure.js';
import type { Config } from '../config/options.js';
import type { ClusterEvent } from '../features/index.js';
import type { ClusterCommand } from '../vocabulary/events.js';
import type { Host } from '../host/host.js';
import { cluster$ } from '../streams/cluster.js';
import { simulatedEnvironment } from './simulatedEnvironment.js';

/**
 * Runs the master with your options over a host of your choice, to try how it behaves in a situation. Under RxJS's
 * `TestScheduler` its time is virtual. The options are those of `cluster$`. Options that only concern real processes (`pid`, `exec`, `log` …) are checked
 * and otherwise ignored. `commands$` emits the commands that `restart()`, `scale()` and `shutdown()` would give; signals come from the host.
 *
 * Emits, completes and errors as `cluster$` does.
 *
 * @example
 * const host = simulatedHost({ behave: () => ({ crashes: { after: 20 } }) });
 * rehearse(host, { worker: 1, maxForkCount: 3 }).subscribe({ error: ({ message }) => console.log(message) });
 */
export const rehearse = (
  host: Host,
  config: Config = {},
  commands$: Observable<ClusterCommand> = NEVER,
): Observable<ClusterEvent> => cluster$(host, configure(config, simulatedEnvironment).options, commands$);
