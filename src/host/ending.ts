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
