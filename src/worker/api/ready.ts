import { worker } from './worker.js';

/**
 * Tells the master that this worker is ready, with the option `ready: 'message'`. Otherwise it sends `'ready'` as an ordinary message.
 * A second call changes nothing. Outside a worker nothing happens.
 *
 * @example
 * await pool.connect();
 * ready();
 */
export const ready = (): void => {
  if (worker === undefined || !process.connected) return;
  // The callback ignores the error of a channel that has closed.
  process.send?.('ready', undefined, undefined, () => {});
};
