import type { Logger, LoggerOptions } from 'pino';
import type { LogRotation } from './rotation.js';

/** Options of a pino logger that writes to a file, together with the output of all workers. */
export interface LogFile extends LoggerOptions {
  /** Its path or a `file:` URL. Relative paths are resolved like `exec`. A missing folder is created, with the mode 0750. */
  readonly file: string | URL;
  /** Another file for the lines that workers write to stderr; it is rotated and reopened as `file` is. Default: `file`. */
  readonly stderr?: string | URL | undefined;
  /** Whether everything is also written to stdout: readable text on a terminal, otherwise JSON. Default: on a terminal only the master's decisions, elsewhere nothing. */
  readonly stdout?: boolean | undefined;
  /** When the file is renamed and a new one started. Default: never. SIGHUP reopens the path, for logrotate. */
  readonly rotate?: LogRotation | undefined;
}

/** Where the log is written, and from which level on. */
export type LogSetting = Logger | LoggerOptions | LogFile | false;
