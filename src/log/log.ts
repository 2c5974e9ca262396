import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Logger, LoggerOptions } from 'pino';
import { LogError, messageOf } from '../vocabulary/errors.js';
import type { ClusterEvent } from '../vocabulary/events.js';
import { describeEvent } from './describeEvent.js';
import { descriptor, file } from './file.js';
import { type DeferredDestination, deferredDestination } from './deferredDestination.js';
import { isLogger, loggerOf, streamOf, transportOf } from './loggers.js';
import type { FollowOutput } from '../host/workerOutputs.js';
import { pathOf } from '../host/path.js';
import { type RecordObserver, readOutputs, type Style } from './readOutputs.js';
import { rotate } from './rotation.js';
import type { LogFile, LogSetting } from './logSetting.js';
import { type SinkReports, type Device, type Sink, sinkTo } from './sink.js';
import { sharedSinks } from './sharedSinks.js';
import { stdoutDestination, stream } from './stream.js';
import { forPeople, terminal } from './terminal.js';
import { harmless } from '../vocabulary/wording.js';

/** The log of a cluster, while it is open. */
interface Log {
  readonly event: (event: ClusterEvent) => void;
  /** What ended a cluster, or kept it from starting. */
  readonly failure: (error: unknown) => void;
  readonly warn: (sentence: string) => void;
  /** Takes what a worker writes; `undefined` where workers write for themselves. */
  readonly follow: FollowOutput | undefined;
  readonly close: () => void;
}

/** A log that is not open yet. `open` throws `LogError`. */
export interface ClosedLog {
  readonly open: (complaints: SinkReports, audience: RecordObserver) => Log;
}

const silence: Log = { event: () => {}, failure: () => {}, warn: () => {}, follow: undefined, close: () => {} };
const shared = sharedSinks();

/** For `false` nothing is written. Throws `ConfigError` for options that pino does not take. */
export const createLog = (setting: LogSetting): ClosedLog => {
  if (setting === false) return { open: () => silence };
  if (isLogger(setting)) return toLogger(setting);
  if ('file' in setting) return toFile(setting);
  return setting.transport === undefined ? toStdout(setting) : toTransport(setting);
};

/** The master's decisions by the logger itself, the workers' lines to where it writes. */
const toLogger = (logger: Logger): ClosedLog => {
  const out = streamOf(logger);
  const begin = (complaints: SinkReports) => () =>
    sinkTo(
      stream('the stream of the pino logger', () => out, false),
      complaints,
    );
  return {
    open: (complaints, audience) => writing(logger, shared(out, '', begin(complaints)), audience),
  };
};

const toTransport = (options: LoggerOptions): ClosedLog => {
  const post = deferredDestination();
  const { logger, begin } = transportOf(options, post);
  return {
    open: (complaints, audience) => {
      const sink = sinkTo(stream("pino's transport", begin, true), complaints);
      return writing(logger, sink, audience, post);
    },
  };
};

const toFile = (options: LogFile): ClosedLog => {
  const post = deferredDestination();
  const logger = loggerOf(options, post);
  return {
    open: (complaints, audience) => {
      const log = writing(logger, fileOf(options, complaints), audience, post);
      return isatty(1) ? both(log, onlooker(options, complaints, audience)) : log;
    },
  };
};

/** Who sits in front of a terminal sees what is decided, and where all the rest is. */
const onlooker = ({ file, level }: LogFile, complaints: SinkReports, audience: RecordObserver): Log => {
  const post = deferredDestination();
  const logger = loggerOf(level === undefined ? {} : { level }, terminal(post));
  const log = writing(
    logger,
    shared('stdout', '', () => sinkTo(stdout(), complaints)),
    audience,
    post,
  );
  logger.info(`log: what the workers write is in ${pathOf(file)}`);
  return log;
};

/** The workers' lines go to the first alone. */
const both = (first: Log, second: Log): Log => ({
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
  follow: first.follow,
  close: () => {
    first.close();
    second.close();
  },
});

const toStdout = (options: LoggerOptions): ClosedLog => {
  const post = deferredDestination();
  const isTerminal = process.stdout.isTTY;
  const logger = loggerOf(options, isTerminal ? terminal(post) : post);
  return {
    open: (complaints, audience) => {
      const sink = shared('stdout', '', () => sinkTo(stdout(), complaints));
      return writing(logger, sink, audience, post, isTerminal ? forPeople : undefined);
    },
  };
};

const writing = (
  logger: Logger,
  sink: Sink,
  audience: RecordObserver,
  post?: DeferredDestination,
  style?: Style,
): Log => {
  post?.open(sink);
  const say = (event: ClusterEvent): void => {
    const line = describeEvent(event);
    if (line === undefined) return;
    const [level, sentence] = line;
    if (logger.isLevelEnabled(level)) logger[level](fields(event), sentence);
  };
  return {
    event: (event) => {
      if (event.type === 'signal' && event.action === 'reopen') sink.reopen();
      if (event.type === 'log-dropped' && post !== undefined) post.aside(() => say(event));
      else say(event);
    },
    failure: (error) => logger.error({ err: error }, harmless(messageOf(error))),
    warn: (sentence) => logger.warn(sentence),
    follow: readOutputs(sink, audience, style),
    close: sink.close,
  };
};

const fileOf = ({ file: named, rotate: how = {} }: LogFile, complaints: SinkReports): Sink => {
  const path = pathOf(named);
  const lost = () =>
    complaints.failed(new Error(`log: ${path} was removed, with lines of the last second; begun anew`));
  const failed = (error: unknown) =>
    complaints.failed(new Error(`log: ${path}: an old file stays as it is: ${messageOf(error)}`, { cause: error }));
  try {
    return shared(path, JSON.stringify(how), () => sinkTo(file(path, rotate(path, how, failed), lost), complaints));
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

/** A file can be written to by descriptor; a terminal, a pipe or a socket may keep us waiting. */
const stdout = (): Device => {
  const out = fstatSync(1);
  const isStream = process.stdout.isTTY || out.isFIFO() || out.isSocket();
  return isStream ? stdoutDestination(process.stdout) : descriptor(1, 'stdout');
};

/** The record has a time of its own, and its serialisers know an error as `err`. */
const fields = ({ type, time, ...rest }: ClusterEvent): object => {
  if (!('error' in rest)) return { event: type, ...rest };
  const { error, ...others } = rest;
  return { event: type, ...others, err: error };
};
