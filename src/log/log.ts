import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Logger, LoggerOptions } from 'pino';
import type { ErrorData } from '../vocabulary/errorData.js';
import { LogError, messageOf } from '../vocabulary/errors.js';
import type { ClusterEvent } from '../features/index.js';
import { describeUncleaned } from './describeEvent.js';
import { descriptor, file } from './file.js';
import { type DeferredDestination, deferredDestination } from './deferredDestination.js';
import { isLogger, loggerOf, streamOf, transportOf } from './loggers.js';
import type { FollowOutput } from '../host/workerOutputs.js';
import { pathOf } from '../vocabulary/path.js';
import { type RecordObserver, readOutputs, type Style } from './readOutputs.js';
import { rotate } from './rotation.js';
import type { LogFile, LogSetting } from './logSetting.js';
import { type SinkReports, type Device, type Sink, sinkTo } from './sink.js';
import { sharedSinks } from './sharedSinks.js';
import { stdoutDestination, stream } from './stream.js';
import { forPeople, terminal } from './terminal.js';
import { harmless } from '../vocabulary/wording.js';

/** The open log of a cluster. */
interface Log {
  readonly event: (event: ClusterEvent) => void;
  /** Writes the error that ended the cluster or prevented its start. */
  readonly failure: (error: unknown) => void;
  readonly warn: (sentence: string) => void;
  /** Reads the output of a worker; `undefined` where workers inherit the master's stdout and stderr. */
  readonly follow: FollowOutput | undefined;
  readonly close: () => void;
}

/** A log that is not open yet. `open` throws `LogError` if the file cannot be opened. */
export interface ClosedLog {
  readonly open: (reports: SinkReports, observer: RecordObserver) => Log;
}

const noLog: Log = { event: () => {}, failure: () => {}, warn: () => {}, follow: undefined, close: () => {} };
const shared = sharedSinks();

/** Creates the log for the `log` option; `false` writes nothing. Throws `ConfigError` for options that pino does not accept. */
export const createLog = (setting: LogSetting): ClosedLog => {
  if (setting === false) return { open: () => noLog };
  if (isLogger(setting)) return toLogger(setting);
  if ('file' in setting) return toFile(setting);
  return setting.transport === undefined ? toStdout(setting) : toTransport(setting);
};

/** Throws the `ConfigError` that `createLog` throws, and starts nothing: a transport is left out, because pino starts its thread at once. */
export const checkLog = (setting: LogSetting): void => {
  if (setting === false || isLogger(setting) || 'file' in setting) return void createLog(setting);
  const { transport, ...options } = setting;
  createLog(options);
};

/** The master's events go through the logger, the workers' lines directly to the logger's stream. */
const toLogger = (logger: Logger): ClosedLog => {
  const out = streamOf(logger);
  const begin = (reports: SinkReports) => () =>
    sinkTo(
      stream('the stream of the pino logger', () => out, false),
      reports,
    );
  return {
    open: (reports, observer) => openLog(logger, shared(out, '', begin(reports)), observer),
  };
};

const toTransport = (options: LoggerOptions): ClosedLog => {
  const destination = deferredDestination();
  const { logger, begin } = transportOf(options, destination);
  return {
    open: (reports, observer) => {
      const sink = sinkTo(stream("pino's transport", begin, true), reports);
      return openLog(logger, sink, observer, destination);
    },
  };
};

const toFile = (options: LogFile): ClosedLog => {
  const destination = deferredDestination();
  const logger = loggerOf(options, destination);
  return {
    open: (reports, observer) => {
      const { file, stderr, stdout } = options;
      const sink = fileOf(options, file, reports);
      const errors = stderr === undefined ? sink : attempt(() => fileOf(options, stderr, reports), sink.close);
      const log = openLog(logger, sink, observer, destination, undefined, errors);
      if (stdout === true) return both(log, toStdout(levelOf(options)).open(reports, unobserved), true);
      return isatty(1) && stdout === undefined ? both(log, terminalLog(options, reports), false) : log;
    },
  };
};

const levelOf = ({ level }: LogFile): LoggerOptions => (level === undefined ? {} : { level });

/** The first of two logs has the observer. */
const unobserved: RecordObserver = { observed: false, next: () => {} };

/** Closes what was opened before if the next step fails. */
const attempt = <T>(act: () => T, otherwise: () => void): T => {
  try {
    return act();
  } catch (error) {
    otherwise();
    throw error;
  }
};

/** When the log is a file and stdout is a terminal, the master's events are printed there too, with the path of the file. */
const terminalLog = (options: LogFile, reports: SinkReports): Log => {
  const destination = deferredDestination();
  const logger = loggerOf(levelOf(options), terminal(destination));
  const log = openLog(
    logger,
    shared('stdout', '', () => sinkTo(stdout(), reports)),
    unobserved,
    destination,
  );
  logger.info(`log: the workers' output is written to ${pathOf(options.file)}`);
  return log;
};

/** Writes events to both logs, and the workers' lines to the first or to both. */
const both = (first: Log, second: Log, lines: boolean): Log => ({
  event: (event) => {
    first.event(event);
    second.event(event);
  },
  failure: (error) => {
    first.failure(error);
    second.failure(error);
  },
  warn: (sentence) => {
    first.warn(sentence);
    second.warn(sentence);
  },
  follow: lines ? bothFollow(first.follow, second.follow) : first.follow,
  close: () => {
    first.close();
    second.close();
  },
});

const bothFollow =
  (...followers: readonly (FollowOutput | undefined)[]): FollowOutput =>
  (worker, outputs) => {
    const readers = followers.flatMap((follow) => follow?.(worker, outputs) ?? []);
    return {
      rename: (renamed) => {
        for (const reader of readers) reader.rename(renamed);
      },
      end: () => {
        for (const reader of readers) reader.end();
      },
    };
  };

const toStdout = (options: LoggerOptions): ClosedLog => {
  const destination = deferredDestination();
  const isTerminal = process.stdout.isTTY;
  const logger = loggerOf(options, isTerminal ? terminal(destination) : destination);
  return {
    open: (reports, observer) => {
      const sink = shared('stdout', '', () => sinkTo(stdout(), reports));
      return openLog(logger, sink, observer, destination, isTerminal ? forPeople : undefined);
    },
  };
};

const openLog = (
  logger: Logger,
  sink: Sink,
  observer: RecordObserver,
  destination?: DeferredDestination,
  style?: Style,
  errors: Sink = sink,
): Log => {
  destination?.open(sink);
  const all = new Set([sink, errors]);
  const logEvent = (event: ClusterEvent): void => {
    const line = describeUncleaned(event);
    if (line === undefined) return;
    const [level, sentence] = line;
    if (logger.isLevelEnabled(level)) logger[level](fields(event), harmless(sentence));
  };
  return {
    event: (event) => {
      if (reopens(event)) for (const opened of all) opened.reopen();
      if (event.type === 'log-dropped' && destination !== undefined) destination.uncounted(() => logEvent(event));
      else logEvent(event);
    },
    failure: (error) => logger.error({ err: error }, harmless(messageOf(error))),
    warn: (sentence) => logger.warn(sentence),
    follow: readOutputs({ stdout: sink, stderr: errors }, observer, style),
    close: () => {
      for (const opened of all) opened.close();
    },
  };
};

const reopens = (event: ClusterEvent): boolean =>
  event.type === 'reopen' || (event.type === 'signal' && event.action === 'reopen');

const fileOf = ({ rotate: rotation = {} }: LogFile, filePath: string | URL, reports: SinkReports): Sink => {
  const path = pathOf(filePath);
  const onLinesLost = () =>
    reports.failed(
      new Error(`log: ${path} was removed; lines of the last second may be lost. A new file has been started`),
    );
  const failed = (error: unknown) =>
    reports.failed(
      new Error(`log: ${path}: a rotated file could not be renamed, compressed or removed: ${messageOf(error)}`, {
        cause: error,
      }),
    );
  try {
    return shared(path, JSON.stringify(rotation), () =>
      sinkTo(file(path, { rotation: rotate(path, rotation, failed), onLinesLost }), reports),
    );
  } catch (error) {
    if (error instanceof LogError) throw error;
    throw new LogError(
      path,
      `cannot be opened: ${messageOf(error)}. Name a file in a folder that this user may write to`,
      {
        cause: error,
      },
    );
  }
};

/** A file is written through its descriptor. A terminal, a pipe or a socket is written through its stream, because a descriptor write could block the master. */
const stdout = (): Device => {
  const out = fstatSync(1);
  const isStream = process.stdout.isTTY || out.isFIFO() || out.isSocket();
  return isStream ? stdoutDestination(process.stdout) : descriptor(1, 'stdout');
};

/** A copy without a prototype, because pino uses the name of an object's class as the `type` of an error, and adds properties to the object. */
const named = (error: ErrorData): object => Object.assign(Object.create(null), error);

/** The fields of an event's record. pino adds its own `time`, and its serialisers expect an error in `err`. */
const fields = ({ type, time, ...rest }: ClusterEvent): object => {
  if (!('error' in rest)) return { event: type, ...rest };
  const { error, ...others } = rest;
  return { event: type, ...others, err: error === undefined ? error : named(error) };
};
