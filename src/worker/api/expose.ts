import type { ObservableInput } from 'rxjs';
import { ConfigError } from '../../vocabulary/errors.js';
import { checkName } from '../../channel/requestOptions.js';
import { masterConnection, type ExposedStreams } from './masterConnection.js';

/** Used without a master. */
const noOffers: ExposedStreams = new Map();

/**
 * Lets the master `observe` a stream of this worker. `source` is called for each subscription of the master, and its stream is unsubscribed when that ends. An array, a generator or a readable stream is read as
 * fast as the subscriber in the master takes its values. An Observable emits at its own pace, and up to 10,000 of its values wait.
 * Returns a function that removes the name; running subscriptions continue. Throws `ConfigError` if the name is in use.
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
  const offers = masterConnection()?.exposed ?? noOffers;
  if (offers.has(name)) throw new ConfigError('expose()', `'${name}' is taken in this worker`, 'Choose another name');
  offers.set(name, source);
  return () => {
    if (offers.get(name) === source) offers.delete(name);
  };
};
