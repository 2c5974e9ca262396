/** The process may take this long to exit by itself: queued log lines are written meanwhile. */
const exitTimeoutMs = 2_500;

/**
 * Ends this process with `code`: by itself if nothing keeps it alive, otherwise with `process.exit` after 2500 ms, if `stillWanted` returns true then.
 * The timer keeps nothing alive.
 */
export const endProcess = (code: number, stillWanted: () => boolean): void => {
  process.exitCode = code;
  setTimeout(() => {
    if (stillWanted()) process.exit(code);
  }, exitTimeoutMs).unref();
};

/** After the end of the last cluster, what keeps the process alive is reported after this time. */
const reportDelayMs = 3_000;

/**
 * If the process is still alive after 3000 ms and `isStillOver` returns true, calls `report` with a sentence that names what keeps it alive. The timer keeps nothing alive.
 */
export const reportIfKept = (isStillOver: () => boolean, report: (sentence: string) => void): void => {
  setTimeout(() => {
    const resources = process.getActiveResourcesInfo();
    if (isStillOver() && resources.length > 0) report(sentence(resources));
  }, reportDelayMs).unref();
};

const sentence = (resources: readonly string[]): string => {
  const counts = Array.from(new Set(resources), (kind) => `${resources.filter((one) => one === kind).length} ${kind}`);
  return `all clusters ended ${reportDelayMs} ms ago, but the application keeps this process alive with: ${counts.join(', ')} (Node's resource names). Close these when cluster$ completes, or call process.exit()`;
};
