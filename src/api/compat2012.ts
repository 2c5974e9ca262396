import { filter, type Subscription } from 'rxjs';
import { forceShutdown, restart, send, shutdown } from './commands.js';
import type { Config } from '../config/options.js';
import type { RestartResult, WorkerRef } from '../vocabulary/events.js';
import { logFailure } from '../log/logFailure.js';
import { endProcess } from '../host/ending.js';
import { warnOfForeignMaster } from '../host/foreignMaster.js';
import { cluster$, isWorker } from './cluster.js';
import { cmd } from './messages/route.js';
import type { CommandMessage } from '../operators/messages/cmd.js';
import { guard } from '../operators/general/guard.js';
import { isRecord } from '../validation/isRecord.js';
import { reportError, runningClusters$ } from '../registry/runningClusters.js';
import { messages$ } from '../streams/hot/messages.js';
import { validateCommand, validateListener } from '../validation/arguments.js';

/** Is called with each message of one command, and the worker that sent it. */
export type MessageListener<M = CommandMessage> = (message: M, worker: WorkerRef) => void;

const listeners = new Map<string, Subscription>();

/** Adds a listener for the messages `{ cmd: name, … }` of workers. What it throws is an `error` event. Throws `ConfigError` for a name that is not a string, or a listener that is not a function. */
const addMessageListener = <M = CommandMessage>(name: string, listener: MessageListener<M>): void => {
  validateCommand('addMessageListener()', name);
  validateListener(`addMessageListener('${name}')`, listener);
  const guarded = guard(reportError(`a listener of '${name}'`))(listener);
  const subscription = messages$
    .pipe(filter(cmd(name)))
    // The type of the message is the caller's claim; it is not checked.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    .subscribe(({ message, worker }) => guarded(message as M, worker));
  const before = listeners.get(name);
  if (before === undefined) listeners.set(name, subscription);
  else before.add(subscription);
};

/** Removes all listeners for a command. */
const removeMessageListener = (name: string): void => {
  listeners.get(name)?.unsubscribe();
  listeners.delete(name);
};

/** In 1.1.4 these values of the options of 2012 meant the default. `pid: false` now means no pid file. */
const defaultValues: ReadonlySet<unknown> = new Set([0, '', null]);
const optionsOf2012: ReadonlySet<string> = new Set([
  'worker',
  'pid',
  'exec',
  'args',
  'disconnectTimeout',
  'maxForkCount',
]);

/** The options of `cluster(conf)`. */
interface Config2012 extends Config {
  /** The HTTP API of 1.1.4, which is not part of this package any more. A warning says so. */
  readonly api?: unknown;
}

const warn = (code: string, text: string): void => process.emitWarning(text, { type: 'ProteusClusterWarning', code });

const convert = ({ api, ...config }: Config2012): Config => {
  if (api !== undefined) {
    warn(
      'PROTEUS_CLUSTER_API',
      'cluster(conf): conf.api is ignored, the HTTP API of 1.1.4 is not part of this package any more. Call cluster.restart() and cluster.sendMessage() from a server of your own, as docs/from-2012.md shows',
    );
  }
  const given: Config = Object.fromEntries(
    Object.entries(config).filter(([option, value]) => !(optionsOf2012.has(option) && defaultValues.has(value))),
  );
  const { signals = {} } = given;
  // A master in the background must survive the end of the terminal that started it. A value that is not an object is refused later.
  return isRecord(signals) ? { ...given, signals: { SIGHUP: 'reopen', ...signals } } : given;
};

const nothingRuns = (): boolean => runningClusters$.value.length === 0;
const endWith = (code: number): void => endProcess(code, nothingRuns);

let current: Subscription | undefined;
let forced = false;

/**
 * Starts a cluster, as in 2012. Does nothing but warn while a cluster is running. The process ends after the cluster: with code 0 after a shutdown, with code 1 when the cluster gave up, could not
 * start, or was shut down by force. In a worker it does nothing. Throws `ConfigError` for a wrong option.
 */
const start = (config: Config2012 = {}): void => {
  if (isWorker) {
    warnOfForeignMaster();
    return;
  }
  if (current?.closed === false) {
    warn(
      'PROTEUS_CLUSTER_RUNNING',
      'cluster(conf) is ignored: a cluster is running, and as in 1.1.4 a process has only one. For several clusters call cluster$(conf) with different names',
    );
    return;
  }
  const ready = isRecord(config) ? convert(config) : config;
  forced = false;
  current = cluster$(ready).subscribe({
    error: (why: unknown) => {
      logFailure(ready, why);
      endWith(1);
    },
    complete: () => endWith(forced ? 1 : 0),
  });
};

/** As in 1.1.4, a restart without a cluster does nothing. */
const nothingToRestart: RestartResult = {
  outcome: 'cancelled',
  replaced: [],
  kept: [],
  cause: { why: 'no cluster is running' },
};

/**
 * The API of 2012, on the same pipeline as `cluster$`. docs/from-2012.md lists the differences from 1.1.4.
 * `restart()`, `shutdown()`, `forceShutdown()` and `sendMessage()` do nothing in a worker, and while no cluster runs.
 *
 * @example
 * const { cluster } = require('proteus-cluster');
 * cluster({ worker: 4, exec: 'worker.js' });
 * cluster.addMessageListener('fromWorker', (message, worker) => console.log(worker.id, message.msg));
 */
export const cluster = Object.assign(start, {
  // Arguments are ignored, because an emitter passes its own.
  restart: async (): Promise<RestartResult> => (nothingRuns() ? nothingToRestart : restart()),
  shutdown: (): Promise<void> => shutdown(),
  forceShutdown: async (): Promise<void> => {
    if (nothingRuns()) return;
    forced = true;
    await forceShutdown();
    endWith(1);
  },
  addMessageListener,
  removeMessageListener,
  sendMessage: (message: unknown): void => {
    if (!nothingRuns()) send(message);
  },
});
