import { merge } from 'rxjs';
import { signal } from './signal.js';

/**
 * Keeps signals from ending this process before they have a handler: a program that reads the pid file may send one at once. A signal that arrives meanwhile
 * is delivered to the handlers that exist by then. Returns a function that ends this.
 */
export const holdSignals = (names: readonly string[]): (() => void) => {
  const held = merge(...names.map(signal)).subscribe();
  return () => held.unsubscribe();
};
