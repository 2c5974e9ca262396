/** What the operating system knows about a process, also while its event loop is blocked. */
export interface ProcessUsage {
  /** `stopped`: by SIGSTOP, SIGTSTP or a debugger that uses ptrace. */
  readonly state: 'running' | 'stopped';
  /** Resident memory, in bytes. */
  readonly rss: number;
  /** CPU time since its start, user and system together, in ms. */
  readonly cpu: number;
}
