/** What is dropped is reported at most once in this time. */
const reportIntervalMs = 5_000;

/** Counts what is dropped. Calls `report` with how much since the last report and the total: at once for the first, then at most every 5 s, and for the rest when `reportNow` is called. */
export const countDropped = (
  report: (count: number, total: number) => void,
): { readonly add: (count: number) => void; readonly reportNow: () => void } => {
  let total = 0;
  let reported = 0;
  let reportedAt = -Infinity;
  const reportNow = () => {
    const count = total - reported;
    if (count === 0) return;
    reported = total;
    reportedAt = performance.now();
    report(count, total);
  };
  return {
    add: (count) => {
      total += count;
      if (performance.now() - reportedAt >= reportIntervalMs) reportNow();
    },
    reportNow,
  };
};
