import type { WorkerRef } from './events.js';

/** pino's levels, from the lowest. */
export const levels = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

/** A line that a worker has written. */
export interface LogRecord {
  readonly worker: WorkerRef;
  readonly output: 'stdout' | 'stderr';
  /** pino's number. For a line without a level: 30 on stdout, 50 on stderr. */
  readonly level: number;
  /** ms since the epoch: the time in the line, or when it arrived if it has none. */
  readonly time: number;
  /** The message, or the line itself if it is not JSON. */
  readonly msg: string;
  /** The other fields of a JSON line. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** `JSON`: it looks like JSON and is not. `UTF-8`: it is not UTF-8, and characters were replaced. */
  readonly malformed?: 'JSON' | 'UTF-8';
  /** The number of the piece, from 1, of a line that is too long. */
  readonly part?: number;
}
