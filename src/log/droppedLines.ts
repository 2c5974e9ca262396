/** Dropped lines are reported at most once in this time. */
const reportIntervalMs = 5_000;

/** Counts dropped lines. Calls `report` with the lines since the last report and the total: at once for the first, then at most every 5 s, and for the rest when `reportNow` is called. */
export const droppedLines = (
  report: (lines: number, total: number) => void,
): { readonly add: (lines: number) => void; readonly reportNow: () => void } => {
  let total = 0;
  let reported = 0;
  let reportedAt = -Infinity;
  const reportNow = () => {
    const lines = total - reported;
    if (lines === 0) return;
    reported = total;
    reportedAt = performance.now();
    report(lines, total);
  };
  return {
    add: (lines) => {
      total += lines;
      if (performance.now() - reportedAt >= reportIntervalMs) reportNow();
    },
    reportNow,
  };
};
