import type { ObservableInput } from 'rxjs';
import { ConfigError } from '../../vocabulary/errors.js';
import { checkName } from '../../channel/requestOptions.js';
import { masterConnection, type Offers } from './masterConnection.js';

/** Where there is no master nobody asks for it. */
const alone: Offers = new Map();

/**
 * Lets the master `observe` a stream of this worker. `source` is called for each subscription there, unsubscribed with it, and slowed by a slow subscriber if it can be pulled: an array, a generator, a
 * readable stream. An Observable goes at its own pace, and up to 10,000 of its values wait.
 * Returns a function that takes the name away again; what is observed goes on. Throws `ConfigError` for a name that is taken.
 *
 * @example
 * expose('memory', () => interval(1_000).pipe(map(() => process.memoryUsage().rss)));
 */
export const expose = (name: string, source: () => ObservableInput<unknown>): (() => void) => {
  checkName('expose()', name);
  if (typeof source !== 'function')
    throw new ConfigError(
      'expose()',
      `expected a function that returns a stream as the second argument, got ${typeof source}`,
    );
  // Who is asked listens.
  const offers = masterConnection()?.offers ?? alone;
  if (offers.has(name)) throw new ConfigError('expose()', `'${name}' is taken in this worker`, 'Choose another name');
  offers.set(name, source);
  return () => {
    if (offers.get(name) === source) offers.delete(name);
  };
};
