import { worker } from './worker.js';

/**
 * Tells the master that this worker is ready, where the option is `ready: 'message'`; elsewhere it is a message `'ready'` like any other.
 * To say it again changes nothing. Outside a worker nothing happens.
 *
 * @example
 * await pool.connect();
 * ready();
 */
export const ready = (): void => {
  if (worker === undefined || !process.connected) return;
  // The channel may close meanwhile, and then nobody waits for it.
  process.send?.('ready', undefined, undefined, () => {});
};
