import { merge } from 'rxjs';
import { signal } from './signal.js';

/**
 * Keeps signals from ending this process before anybody handles them: who reads the pid file may send one by it at once. One that comes meanwhile
 * is delivered to the handlers that there are by then. Returns what ends it.
 */
export const holdSignals = (names: readonly string[]): (() => void) => {
  const held = merge(...names.map(signal)).subscribe();
  return () => held.unsubscribe();
};
