/** What the operating system knows about a process, also while its event loop is blocked. */
export interface ProcessUsage {
  /** `stopped`: by SIGSTOP, SIGTSTP or a debugger that uses ptrace. */
  readonly state: 'running' | 'stopped';
  /** Resident memory, in bytes. */
  readonly rss: number;
  /** CPU time since its start, user and system together, in ms. */
  readonly cpu: number;
}

/** How often a process is sampled, in ms. */
export const sampleIntervalMs = 1_000;

/** The upper bounds of the buckets of a latency histogram, in ms. The last bucket has none. */
export const latencyBounds = [
  0.5, 1, 2.5, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000,
] as const;

/** A histogram of times. */
export interface Latency {
  /** The number of requests for each of `latencyBounds`: up to it, and longer than the bound before. The last number is for those longer than all bounds. */
  readonly counts: readonly number[];
  /** In ms. */
  readonly sum: number;
}

/** What a worker reports about itself while the master asks for it. */
export interface WorkerReport {
  /** Its uptime, in ms of its own monotonic clock. */
  readonly uptime: number;
  readonly eventLoop: {
    /** The share of the time since its last report in which its event loop was busy, from 0 to 1. */
    readonly utilization: number;
    /**
     * The delay of timers since its last report, in ms. For a worker that used less than 1 % of a core it is the delay of the report itself, because measuring
     * more often would cost an idle worker more than everything else.
     */
    readonly delay: { readonly mean: number; readonly p50: number; readonly p99: number; readonly max: number };
  };
  /** The heap of V8, in bytes. */
  readonly heap: { readonly used: number; readonly total: number; readonly limit: number };
  readonly requests: {
    /** HTTP requests that it is answering. */
    readonly inFlight: number;
    /** HTTP requests that it has answered while it was asked for reports. */
    readonly completed: number;
    /** Those of them that began while it was asked for reports, by the time from the start of the request to the end of the answer. */
    readonly latency: Latency;
  };
  /** Open connections of its servers. */
  readonly connections: number;
}

/** One sample of a process. Values that are not known yet, or not on this system, are `undefined`. */
export interface ProcessSample {
  /** How long after the fork of the process it was taken, in ms of the master's monotonic clock. */
  readonly uptime: number;
  readonly usage: ProcessUsage | undefined;
  /** Its last report. A worker that is hung reports nothing, so a report can be old. */
  readonly report: WorkerReport | undefined;
  /** How old the report is, in ms. */
  readonly age: number | undefined;
}
