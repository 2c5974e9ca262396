/** A message of Node for `node --watch`: which files the process has loaded. A worker inherits the environment variable that enables it, and sends it to this master. */
interface WatchModeMessage {
  readonly 'watch:require'?: unknown;
  readonly 'watch:import'?: unknown;
}

/** Whether this process was started by `node --watch`. */
const isWatched = process.env['WATCH_REPORT_DEPENDENCIES'] !== undefined;

/** Whether a message of a worker is Node's own for `node --watch`. */
export const isWatchModeMessage = (message: unknown): message is WatchModeMessage =>
  isWatched &&
  typeof message === 'object' &&
  message !== null &&
  ('watch:require' in message || 'watch:import' in message);

/** Forwards it to the watching process, which restarts this master when a file of its workers changes. */
export const forwardToWatcher = (message: WatchModeMessage): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
};
