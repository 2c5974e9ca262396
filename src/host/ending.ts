/** How long the process may take to end by itself, in ms: what waits is written to the log meanwhile. */
const patience = 2_500;

/**
 * Ends this process with `code`: by itself where nothing keeps it, otherwise by `process.exit` after 2500 ms, if `stillWanted` then.
 * The timer keeps nothing alive.
 */
export const endProcess = (code: number, stillWanted: () => boolean): void => {
  process.exitCode = code;
  setTimeout(() => {
    if (stillWanted()) process.exit(code);
  }, patience).unref();
};

/** How long after the last cluster the process may still be there without a word, in ms. */
const silence = 3_000;

/**
 * Tells what keeps this process, in one sentence, if it is still there after 3000 ms and `isStillOver` then. The timer keeps nothing alive.
 */
export const tellIfKept = (isStillOver: () => boolean, tell: (sentence: string) => void): void => {
  setTimeout(() => {
    const kept = process.getActiveResourcesInfo();
    if (isStillOver() && kept.length > 0) tell(sentence(kept));
  }, silence).unref();
};

const sentence = (kept: readonly string[]): string => {
  const counts = Array.from(new Set(kept), (kind) => `${kept.filter((one) => one === kind).length} ${kind}`);
  return `all clusters have ended ${silence} ms ago and this process is still kept by something of the application, in Node's words: ${counts.join(', ')}. Close it when cluster$ completes, or call process.exit() then`;
};
