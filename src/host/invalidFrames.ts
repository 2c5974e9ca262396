/** At most one report per this time. */
const reportIntervalMs = 10_000;

/**
 * Limits reports: the first passes at once, then at most one in 10 s, so that a worker that sends only invalid frames costs little. The next report says how many were left out.
 * `now` is a monotonic clock in ms.
 */
export const limitReports = (report: (what: string) => void, now: () => number): ((what: string) => void) => {
  let lastReportAt = -Infinity;
  let suppressed = 0;
  return (what) => {
    const time = now();
    if (time - lastReportAt < reportIntervalMs) {
      suppressed += 1;
      return;
    }
    lastReportAt = time;
    const suppressedBefore = suppressed;
    suppressed = 0;
    report(suppressedBefore === 0 ? what : `${what} (and ${suppressedBefore} more like it since the last report)`);
  };
};

/** The text for an invalid frame. It contains the frame's kind but not its content. */
export const invalidFrameText = (worker: number, cmd: unknown): string =>
  `worker ${worker} sent an invalid frame of proteus-cluster (${String(cmd).slice(0, 60)}), which is ignored. If the worker uses another version of this package than the master, restart the master with that version`;
