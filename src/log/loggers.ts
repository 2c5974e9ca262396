import { fileURLToPath } from 'node:url';
import type { Logger, LoggerOptions } from 'pino';
import { ConfigError, messageOf } from '../vocabulary/errors.js';
import { loadPino } from '../host/loadPino.js';
import { levels } from '../vocabulary/logRecord.js';
import { parseLine } from './parseRecord.js';
import type { LogFile, LogSetting } from './logSetting.js';
import type { Stream } from './stream.js';

type Destination = Pick<Stream, 'write'>;

export const isLogger = (log: Exclude<LogSetting, false>): log is Logger =>
  'child' in log && typeof log.child === 'function';

/** A logger of the master's own. Throws `ConfigError` for options that pino does not take. */
export const loggerOf = (options: LoggerOptions | LogFile, to: Destination): Logger =>
  attempt(() => loadPino()(optionsOf(options), { write: (text) => void to.write(text) }));

/** One for a transport: it writes to `to`, and what `begin` returns is where that is to go. */
export const transportOf = (
  options: LoggerOptions,
  to: Destination,
): { readonly logger: Logger; readonly begin: () => Stream } => {
  const logger = attempt(() => loadPino()(optionsOf(options)));
  let made: Stream | undefined = streamOf(logger);
  Reflect.set(logger, streamKey(logger), { write: (text: string) => void to.write(text) });
  return {
    logger,
    begin: () => {
      const stream = made ?? streamOf(loadPino()(anew(optionsOf(options))));
      made = undefined;
      return stream;
    },
  };
};

/** Where a logger writes. Each copy of pino has a symbol of its own for it, of the same name; what is only like pino is told line by line. */
export const streamOf = (logger: Logger): Stream => {
  const stream: unknown = Reflect.get(logger, streamKey(logger));
  return isStream(stream) ? stream : { write: (text) => tellEach(logger, text) };
};

const tellEach = (logger: Logger, text: string): void => {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { level, msg, fields } = parseLine(line, 'stdout');
    logger[nameOf(level)](fields, msg);
  }
};

const nameOf = (level: number): keyof typeof levels => {
  const found = Object.entries(levels).findLast(([, least]) => level >= least)?.[0];
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
  const { file, rotate, ...rest }: Partial<LogFile> = options;
  return { name: 'proteus-cluster', ...rest };
};

/** pino looks for a transport's module from who calls it, which is nobody any more when it is begun anew. */
const anew = ({ transport, ...options }: LoggerOptions): LoggerOptions => {
  const callers = { caller: [process.argv[1] ?? '', fileURLToPath(import.meta.url)] };
  return { ...options, ...(transport && { transport: { ...transport, ...callers } }) };
};

const attempt = <T>(make: () => T): T => {
  try {
    return make();
  } catch (error) {
    throw new ConfigError('log', `expected options that pino takes; ${messageOf(error)}`);
  }
};
