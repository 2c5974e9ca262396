/** What Node sends for `node --watch`: which files the process has loaded. A worker inherits the variable that makes it do so, and sends it to this master. */
interface OfWatchMode {
  readonly 'watch:require'?: unknown;
  readonly 'watch:import'?: unknown;
}

/** Whether this process was started by `node --watch`. */
const isWatched = process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined;

/** Whether a message of a worker is Node's own, for `node --watch`. */
export const isOfWatchMode = (message: unknown): message is OfWatchMode =>
  isWatched &&
  typeof message === 'object' &&
  message !== null &&
  ('watch:require' in message || 'watch:import' in message);

/** Hands it to the process that watches, which restarts this master when a file of its workers changes. */
export const passOn = (message: OfWatchMode): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};
