import type { Readable } from 'node:stream';
import type { WorkerRef } from '../vocabulary/events.js';

/** What a process writes; `null` where it does not write to this one, or could not be started. */
interface Outputs {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/** Follows what a worker writes. It returns what is to be called when the worker has gone. */
export type FollowOutput = (worker: WorkerRef, outputs: Outputs) => () => void;
