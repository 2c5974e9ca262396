import type { WorkerRef } from './events.js';

/** pino's levels, from the least. */
export const levels = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

/** What a worker has written in a line. */
export interface LogRecord {
  readonly worker: WorkerRef;
  readonly output: 'stdout' | 'stderr';
  /** pino's number. Of a line that has none: 30 on stdout, 50 on stderr. */
  readonly level: number;
  /** ms since the epoch: when it was written, or when it came, if it does not say. */
  readonly time: number;
  /** The message, or the line as it is where it is not JSON. */
  readonly msg: string;
  /** What else a JSON line has. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** It looks like JSON and is not, or it is not UTF-8 and has had characters replaced. */
  readonly malformed?: 'JSON' | 'UTF-8';
  /** It is a piece of a line that is too long: which, from 1. */
  readonly part?: number;
}
