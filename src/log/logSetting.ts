import type { Logger, LoggerOptions } from 'pino';
import type { Rotate } from './rotation.js';

/** Options of a pino logger whose records, with all that the workers write, go to a file. */
export interface LogFile extends LoggerOptions {
  /** Its path, or a `file:` URL; relative ones start where `exec` does. The folder must be there. */
  readonly file: string | URL;
  /** When it is put aside and a new one begun. Default: never; SIGHUP makes it begin anew for logrotate. */
  readonly rotate?: Rotate;
}

/** Where the log goes, and how much of the master's own decisions is in it. */
export type LogSetting = Logger | LoggerOptions | LogFile | false;
