import type { Input, WorkerBehaviour } from '../testing.js';

/** How a process lived, as far as its events tell. Times in ms from when it was to be forked (`at`), where nothing else is said. */
export interface Life extends Omit<WorkerBehaviour, 'usage' | 'report'> {
  /** Its slot; 0 for a standby worker. */
  readonly slot: number;
  /** When it was to be forked, in ms from the start of the simulation. A real fork is some ms later. */
  readonly at: number;
  /** Its memory and its answered requests, from these times on. */
  readonly samples?: readonly Sample[];
}

/** What is known of a process from a time on, until the next sample. */
export interface Sample {
  /** From its fork, in ms. */
  readonly after: number;
  /** Resident memory, in bytes. */
  readonly rss?: number | undefined;
  /** HTTP requests that it has answered. */
  readonly requests?: number | undefined;
}

/** A recorded run as plain data: everything that came from outside of the master. Times in ms from the start of the simulation. */
export interface RecordedScript {
  /** The workers in the order of their forks. */
  readonly lives: readonly Life[];
  /** Signals and commands. */
  readonly inputs: readonly Input[];
  /** What the master drew for jitter, in its order. */
  readonly random: readonly number[];
  /** When the recording begins: 0, or later, so that workers that were already there are stable by then. */
  readonly begin: number;
  /** When the simulation ends, a little later than the recording. */
  readonly until: number;
}
