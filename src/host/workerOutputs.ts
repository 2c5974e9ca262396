import type { Readable } from 'node:stream';
import type { WorkerRef } from '../vocabulary/events.js';

/** The output pipes of a process; `null` if it inherits the master's, or could not be started. */
interface Outputs {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/** Reads the output of a worker. Call the returned function when the worker has exited. */
export type FollowOutput = (worker: WorkerRef, outputs: Outputs) => () => void;
