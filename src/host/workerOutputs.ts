import type { Readable } from 'node:stream';
import type { WorkerRef } from '../vocabulary/events.js';

/** The output pipes of a process; `null` if it inherits the master's, or could not be started. */
interface Outputs {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/** What is read of a worker's output. */
export interface OutputReader {
  /** What it writes from now on is of the worker in another slot. */
  readonly rename: (worker: WorkerRef) => void;
  /** Call it when the worker has exited. */
  readonly end: () => void;
}

/** Reads the output of a worker. */
export type FollowOutput = (worker: WorkerRef, outputs: Outputs) => OutputReader;
