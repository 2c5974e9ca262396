import { fileURLToPath } from 'node:url';
import type { Logger, LoggerOptions } from 'pino';
import { ConfigError, messageOf } from '../vocabulary/errors.js';
import { loadPino } from '../dependencies/pino.js';
import { levels } from '../vocabulary/logRecord.js';
import { parseLine } from './parseRecord.js';
import type { LogFile, LogSetting } from './logSetting.js';
import type { Stream } from './stream.js';

type Destination = Pick<Stream, 'write'>;

export const isLogger = (log: Exclude<LogSetting, false>): log is Logger =>
  'child' in log && typeof log.child === 'function';

/** Creates a logger that writes to `to`. Throws `ConfigError` for options that pino does not accept. */
export const loggerOf = (options: LoggerOptions | LogFile, to: Destination): Logger =>
  withConfigError(() => loadPino()(optionsOf(options), { write: (text) => void to.write(text) }));

/** Creates a logger for a pino transport. The logger writes to `to`; `begin` starts the transport and returns its stream. */
export const transportOf = (
  options: LoggerOptions,
  to: Destination,
): { readonly logger: Logger; readonly begin: () => Stream } => {
  const logger = withConfigError(() => loadPino()(optionsOf(options)));
  let firstStream: Stream | undefined = streamOf(logger);
  Reflect.set(logger, streamKey(logger), { write: (text: string) => void to.write(text) });
  return {
    logger,
    begin: () => {
      const stream = firstStream ?? streamOf(loadPino()(withCaller(optionsOf(options))));
      firstStream = undefined;
      return stream;
    },
  };
};

/** The stream a logger writes to. Each copy of pino has its own symbol for it, found by its description. A logger that only looks like pino's has none: its methods are called line by line. */
export const streamOf = (logger: Logger): Stream => {
  const stream: unknown = Reflect.get(logger, streamKey(logger));
  return isStream(stream) ? stream : { write: (text) => logEachLine(logger, text) };
};

const logEachLine = (logger: Logger, text: string): void => {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { level, msg, fields } = parseLine(line, 'stdout');
    logger[levelName(level)](fields, msg);
  }
};

const levelName = (level: number): keyof typeof levels => {
  const found = Object.entries(levels).findLast(([, least]) => level >= least)?.[0];
  if (found === 'fatal') return 'error';
  return found === 'debug' || found === 'info' || found === 'warn' || found === 'error' ? found : 'info';
};

const streamKey = (logger: object): symbol => {
  for (let at: object | null = logger; at !== null; at = Reflect.getPrototypeOf(at)) {
    const key = Object.getOwnPropertySymbols(at).find(({ description }) => description === 'pino.stream');
    if (key !== undefined) return key;
  }
  return Symbol('none');
};

const isStream = (value: unknown): value is Stream =>
  typeof value === 'object' && value !== null && 'write' in value && typeof value.write === 'function';

const optionsOf = (options: LoggerOptions | LogFile): LoggerOptions => {
  const { file, rotate, stderr, stdout, ...rest }: Partial<LogFile> = options;
  return { name: 'proteus-cluster', ...rest };
};

/** pino resolves a transport's module relative to its caller. When a transport is restarted there is no caller on the stack, so it is given here. */
const withCaller = ({ transport, ...options }: LoggerOptions): LoggerOptions => {
  const callers = { caller: [process.argv[1] ?? '', fileURLToPath(import.meta.url)] };
  return { ...options, ...(transport && { transport: { ...transport, ...callers } }) };
};

const withConfigError = <T>(make: () => T): T => {
  try {
    return make();
  } catch (error) {
    throw new ConfigError('log', `expected options that pino accepts; ${messageOf(error)}`);
  }
};
