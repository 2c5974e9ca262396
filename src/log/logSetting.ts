import type { Logger, LoggerOptions } from 'pino';
import type { LogRotation } from './rotation.js';

/** Options of a pino logger that writes to a file, together with the output of all workers. */
export interface LogFile extends LoggerOptions {
  /** Its path or a `file:` URL. Relative paths are resolved like `exec`. The folder must exist. */
  readonly file: string | URL;
  /** When the file is renamed and a new one started. Default: never. SIGHUP reopens the path, for logrotate. */
  readonly rotate?: LogRotation | undefined;
}

/** Where the log is written, and from which level on. */
export type LogSetting = Logger | LoggerOptions | LogFile | false;
