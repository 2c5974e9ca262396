import cluster from 'node:cluster';
import { resolve } from 'node:path';
import { catchError, defer, finalize, NEVER, type Observable, Subject, tap, throwError } from 'rxjs';
import { configure, type Settings } from '../config/configure.js';
import type { Config } from '../config/options.js';
import { AlreadyRunningError, ConfigError, ForkLimitError, LogError, PidFileError } from '../vocabulary/errors.js';
import { errorData } from '../vocabulary/errorData.js';
import type { ClusterEvent } from '../features/index.js';
import { featureSlices } from '../features/fold.js';
import type { ClusterCommand } from '../vocabulary/events.js';
import type { CatchableSignal } from '../vocabulary/signals.js';
import { holdSignals } from '../host/holdSignals.js';
import { reportIfKept } from '../host/ending.js';
import { findExec } from '../host/findExec.js';
import { findFolder } from '../host/folder.js';
import { awaitSubscription } from '../host/forgotten.js';
import { warnOfForeignMaster } from '../host/foreignMaster.js';
import { nodeHost } from '../host/nodeHost.js';
import { signal } from '../host/signal.js';
import { sharePidFile } from '../host/sharedPidFile.js';
import { environment } from '../host/environment.js';
import { callerOf, PlainlyFailing } from '../host/uncaught.js';
import { type ClosedLog, createLog } from '../log/log.js';
import { eachMessage } from '../operators/messages/eachMessage.js';
import type { HistoryEntry } from '../vocabulary/messageBatch.js';
import type { SinkReports } from '../log/sink.js';
import { guard } from '../operators/general/guard.js';
import {
  emitError,
  failedSubscriberOf,
  reportError,
  type RunningCluster,
  runningClusters$,
  allEvents$,
  logRecords$,
} from '../registry/runningClusters.js';
import { eventHistory } from '../state/eventHistory.js';
import { setRole } from '../host/processRole.js';
import { history$ } from '../streams/cluster.js';
import { validateSignal } from '../validation/arguments.js';

/**
 * Whether this process is a worker. One file can be both master and worker: in a worker `cluster$` is silent.
 *
 * @example
 * cluster$().subscribe();
 * if (isWorker) app.listen(8080);
 */
export const isWorker: boolean = cluster.isWorker;

/**
 * A cluster of workers as an Observable: subscribe and it runs, unsubscribe and it is killed.
 *
 * Emits every `ClusterEvent`. Completes when a shutdown has been asked for and the last worker has left, or when no slot wants a
 * worker any more. Errors with `ForkLimitError` when it gives up, with the error of a `respawn` operator that gave up when every slot is empty, and before anything has been started with `ConfigError`,
 * `LogError`, `PidFileError` or `AlreadyRunningError`. A wrong option throws `ConfigError` at once, here.
 * In a worker it neither emits nor ends; in a worker of another program (pm2's cluster mode) a warning of the process says that nothing is started.
 *
 * @example
 * cluster$({ exec: 'worker.js', pid: 'master.pid' }).subscribe({ error: () => (process.exitCode = 1) });
 */
export const cluster$ = (config: Config = {}): Observable<ClusterEvent> => {
  if (isWorker) {
    warnOfForeignMaster();
    setRole('both');
    return NEVER;
  }
  const { settings, plan } = checked(config);
  setRole(config.exec === undefined ? 'both' : 'master');
  const place = callerOf(cluster$);
  const subscribed = awaitSubscription(settings.policy.name);
  const run$ = defer(() => {
    subscribed();
    const { running, log, submitted$, begin, memory, close } = open(settings, plan);
    // A logger of somebody's own may throw.
    const write = guard(reportError('log'), log)(log.event);
    // Each message comes by here: one step for all of it.
    let signalled = false;
    const tell = (event: HistoryEntry<ClusterEvent>) => {
      if (event.type !== 'messages' && failedSubscriberOf(event) !== log) write(event);
      if (event.type === 'signal' && (event.action === 'shutdown' || event.action === 'force')) signalled = true;
      allEvents$.next(event);
      begin();
    };
    return history$(running.host, settings.policy, submitted$, () => memory).pipe(
      // Who hears of the end may start it again at once.
      tap({ next: tell, complete: close, error: close }),
      finalize(close),
      eachMessage<ClusterEvent>(),
      // Who sends a signal waits for the end of the process.
      finalize(() => {
        if (signalled) reportIfKept(nothingRuns, (sentence) => tellLast(plan, sentence));
      }),
    );
  });
  return new PlainlyFailing(run$.pipe(catchError((error: unknown) => throwError(() => placed(error, place)))));
};

/** What is wrong with the options is thrown with the place that gave them on top. */
const checked = (config: Config): { readonly settings: Settings; readonly plan: ClosedLog } => {
  try {
    const settings = configure(config, environment());
    return { settings, plan: createLog(settings.log) };
  } catch (error) {
    if (error instanceof ConfigError) Error.captureStackTrace(error, cluster$);
    // Node does not print a line that throws if it contains this text.
    throw { 'node-do-not-add-exception-line': error }['node-do-not-add-exception-line'];
  }
};

/** Our own errors say all there is to say in their text: where in this package they were made helps nobody, which cluster it was does. */
const placed = (error: unknown, place: string): unknown => {
  if (error instanceof Error && ours.some((kind) => error instanceof kind))
    error.stack = `${error.name}: ${error.message}${place}`;
  return error;
};

const ours = [AlreadyRunningError, ConfigError, ForkLimitError, LogError, PidFileError];

/** Claims what a cluster needs of the machine. Throws, with nothing claimed, if something cannot be had. */
const open = ({ policy, launch, pid }: Settings, plan: ClosedLog) => {
  if (runningClusters$.value.some(({ name }) => name === policy.name)) {
    throw new AlreadyRunningError(
      `cluster$: a cluster '${policy.name}' is running. Give this one another name, or shut that one down first`,
    );
  }
  findExec(launch);
  findFolder(launch.cwd(), launch.base);
  const log = plan.open(complaints, logRecords$);
  const releaseSignals = holdSignals(Object.keys(policy.signals).filter((name) => policy.signals[name] !== false));
  const release = attempt(
    () => (pid === false ? () => {} : sharePidFile(resolve(launch.base, pid))),
    () => {
      releaseSignals();
      log.close();
    },
  );
  const host = nodeHost(launch, log.follow);
  const memory = eventHistory(policy.name, policy.worker, featureSlices());
  const { submit, submitted$, begin } = earlyCommands();
  const gone$ = new Subject<void>();
  const temporary = policy.respawn === 'temporary';
  const running: RunningCluster = { name: policy.name, host, state: memory.state, temporary, submit, gone$ };
  runningClusters$.next([...runningClusters$.value, running]);
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    releaseSignals();
    runningClusters$.next(runningClusters$.value.filter((other) => other !== running));
    gone$.next();
    gone$.complete();
    // A killed worker takes a moment to die, and the pid file stands for it too.
    host.whenEmpty(() => {
      guard(reportError('removing the pid file'))(release)();
      log.close();
    });
  };
  const started = () => {
    // By its first event it handles its signals.
    releaseSignals();
    begin();
  };
  return { running, log, submitted$, begin: started, memory, close };
};

const nothingRuns = (): boolean => runningClusters$.value.length === 0;

/** Its log has been closed. */
const tellLast = (plan: ClosedLog, sentence: string): void => {
  try {
    const log = plan.open({ failed: () => {}, dropped: () => {} }, { observed: false, next: () => {} });
    log.warn(sentence);
    log.close();
  } catch {
    // Where it cannot be written there is nobody left to tell.
  }
};

/** What the log has to say of itself is told as everything else is. */
const complaints: SinkReports = {
  failed: (error) => emitError({ type: 'error', error: errorData(error) }),
  dropped: (lines, total, why) => emitError({ type: 'log-dropped', lines, total, why }),
};

const attempt = <T>(act: () => T, otherwise: () => void): T => {
  try {
    return act();
  } catch (error) {
    otherwise();
    throw error;
  }
};

/** Commands to a cluster. Subscribers see a cluster before its first fork: what they command by then waits for that fork. */
const earlyCommands = () => {
  const submitted$ = new Subject<ClusterCommand>();
  const early: ClusterCommand[] = [];
  let begun = false;
  const submit = (command: ClusterCommand) => (begun ? submitted$.next(command) : early.push(command));
  const begin = () => {
    if (begun) return;
    begun = true;
    for (const command of early) submitted$.next(command);
  };
  return { submit, submitted$, begin };
};

/**
 * A signal of this process. One handler is installed with the first subscription, shared by all, clusters included, and removed with the last. Emits the signal's name; never ends.
 * Throws `ConfigError` for a name that is no signal's, or that of one that cannot be handled.
 *
 * @example
 * signal$('SIGUSR1').pipe(debounceTime(500)).subscribe(restart$);
 */
export const signal$ = (name: CatchableSignal): Observable<string> => {
  validateSignal('signal$', name);
  return signal(name);
};
