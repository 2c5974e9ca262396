import cluster from 'node:cluster';
import { resolve } from 'node:path';
import { catchError, defer, finalize, NEVER, type Observable, Subject, tap, throwError } from 'rxjs';
import { attachments$ } from './attachments.js';
import { configure, type Settings } from '../config/configure.js';
import type { Config } from '../config/options.js';
import { shownConfig } from '../config/shownConfig.js';
import { AlreadyRunningError, ConfigError, ForkLimitError, LogError, PidFileError } from '../vocabulary/errors.js';
import { errorData } from '../vocabulary/errorData.js';
import type { ClusterEvent } from '../features/index.js';
import { attachedParts, featureSlices } from '../features/fold.js';
import type { ClusterCommand } from '../vocabulary/events.js';
import type { CatchableSignal } from '../vocabulary/signals.js';
import { holdSignals } from '../host/holdSignals.js';
import { reportIfKept } from '../host/ending.js';
import { findExec } from '../host/findExec.js';
import { findFolder } from '../host/folder.js';
import { awaitSubscription } from '../host/unsubscribedClusters.js';
import { warnOfForeignMaster } from '../host/foreignMaster.js';
import { warnOfSecondRxjs } from '../host/warnOfSecondRxjs.js';
import { nodeHost } from '../host/nodeHost.js';
import { setSchedulingPolicy } from '../host/schedulingPolicy.js';
import { serviceManager } from '../host/serviceManager.js';
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
  keptLines,
  logRecords$,
} from '../registry/runningClusters.js';
import { traffic } from '../registry/traffic.js';
import { eventHistory } from '../state/eventHistory.js';
import { setRole } from '../host/processRole.js';
import { history$ } from '../streams/cluster.js';
import { validateSignal } from '../validation/arguments.js';

/**
 * Whether this process is a worker of node:cluster. One file can be both master and worker, because in a worker `cluster$` never emits.
 *
 * @example
 * cluster$().subscribe();
 * if (isWorker) app.listen(8080);
 */
export const isWorker: boolean = cluster.isWorker;

/**
 * A cluster of workers as an Observable: subscribing starts the workers, unsubscribing kills them.
 *
 * Emits every `ClusterEvent` of the cluster. Completes when the last worker has left after a shutdown, or when every slot stays empty (`respawn: 'temporary'` or `'transient'`).
 * Errors with `ForkLimitError` when the cluster gives up, with the error of a `respawn` operator when every slot is empty, and before anything is started with `ConfigError`, `LogError`,
 * `PidFileError` or `AlreadyRunningError`. Throws `ConfigError` at once for a wrong option.
 * In a worker it never emits and never ends. In a worker of another program, such as pm2's cluster mode, a warning says that nothing is started.
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
  const subscribed = awaitSubscription(settings.options.name);
  const run$ = defer(() => {
    subscribed();
    warnOfSecondRxjs(process.argv[1]);
    const { running, log, submitted$, begin, memory, close } = open(settings, plan, config);
    // A logger of the application may throw.
    const write = guard(reportError('log'), log)(log.event);
    // A single step, because each message passes here.
    let signalled = false;
    const publish = (event: HistoryEntry<ClusterEvent>) => {
      if (event.type === 'messages') running.traffic.addMessages(event.worker.slot, event.messages.length);
      else if (failedSubscriberOf(event) !== log) write(event);
      if (event.type === 'signal' && (event.action === 'shutdown' || event.action === 'force')) signalled = true;
      allEvents$.next(event);
      begin();
    };
    return history$(running.host, settings.options, submitted$, () => memory).pipe(
      // Closed before the subscriber is notified, because it may subscribe again at once.
      tap({ next: publish, complete: close, error: close }),
      finalize(close),
      eachMessage<ClusterEvent>(),
      // The sender of a signal waits for the end of the process.
      finalize(() => {
        if (signalled) reportIfKept(nothingRuns, (sentence) => writeLast(plan, sentence));
      }),
    );
  });
  return new PlainlyFailing(run$.pipe(catchError((error: unknown) => throwError(() => placed(error, place)))));
};

/** Throws an error of the options with the line that called `cluster$` on top of the stack. */
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

/** The text of these errors is complete. Their stack shows which call of `cluster$` it was, and not where in this package they were created. */
const placed = (error: unknown, place: string): unknown => {
  if (error instanceof Error && placedErrors.some((kind) => error instanceof kind))
    error.stack = `${error.name}: ${error.message}${place}`;
  return error;
};

const placedErrors = [AlreadyRunningError, ConfigError, ForkLimitError, LogError, PidFileError];

/** Acquires the log, the signals and the pid file for a cluster. Throws, with nothing acquired, if one of them is not available. */
const open = ({ options, launch, pid }: Settings, plan: ClosedLog, config: Config) => {
  if (runningClusters$.value.some(({ name }) => name === options.name)) {
    throw new AlreadyRunningError(
      `cluster$: a cluster '${options.name}' is running. Give this one another name, or shut that one down first`,
    );
  }
  findExec(launch);
  findFolder(launch.cwd(), launch.base);
  setSchedulingPolicy(launch.schedulingPolicy);
  const counted = traffic();
  const log = plan.open(logReports, {
    get observed() {
      return logRecords$.observed;
    },
    next: (record) => logRecords$.next(record),
    keep: keptLines.keep,
    count: ({ worker, output }, lines) => counted.addLines(worker.slot, output, lines),
  });
  const releaseSignals = holdSignals(Object.keys(options.signals).filter((name) => options.signals[name] !== false));
  const release = attempt(
    () => (pid === false ? () => {} : sharePidFile(resolve(launch.base, pid))),
    () => {
      releaseSignals();
      log.close();
    },
  );
  const host = nodeHost(launch, log.follow);
  const memory = eventHistory(options.name, options.worker, featureSlices());
  const { submit, submitted$, begin } = earlyCommands();
  const gone$ = new Subject<void>();
  const temporary = options.respawn === 'temporary';
  const running: RunningCluster = {
    name: options.name,
    host,
    state: memory.state,
    temporary,
    config: shownConfig(config),
    submit,
    traffic: counted,
    gone$,
  };
  runningClusters$.next([...runningClusters$.value, running]);
  const attachments = attachments$(running, attachedParts(options, serviceManager())).subscribe();
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    releaseSignals();
    runningClusters$.next(runningClusters$.value.filter((other) => other !== running));
    gone$.next();
    gone$.complete();
    attachments.unsubscribe();
    // The pid file is kept until killed workers have exited.
    host.whenEmpty(() => {
      guard(reportError('removing the pid file'))(release)();
      log.close();
    });
  };
  const started = () => {
    // At its first event the cluster handles its signals itself.
    releaseSignals();
    begin();
  };
  return { running, log, submitted$, begin: started, memory, close };
};

const nothingRuns = (): boolean => runningClusters$.value.length === 0;

/** Writes a last line after the log has been closed. */
const writeLast = (plan: ClosedLog, sentence: string): void => {
  try {
    const log = plan.open({ failed: () => {}, dropped: () => {} }, { observed: false, next: () => {} });
    log.warn(sentence);
    log.close();
  } catch {
    // There is no other place to write it to.
  }
};

/** Problems of the log are events. */
const logReports: SinkReports = {
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

/** The commands to a cluster. Subscribers see the cluster before its first fork, and commands that they give by then are held until that fork. */
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
 * Emits the name of a signal whenever this process receives it. Never completes and never errors.
 *
 * The first subscription to a signal installs a handler, which all subscriptions and clusters share, and the last one removes it. Throws `ConfigError` for a name that is not a signal, and for SIGKILL and
 * SIGSTOP, which no process can handle.
 *
 * @example
 * signal$('SIGUSR1').pipe(debounceTime(500)).subscribe(restart$);
 */
export const signal$ = (name: CatchableSignal): Observable<string> => {
  validateSignal('signal$', name);
  return signal(name);
};
