import { ConfigError } from '../vocabulary/errors.js';
import type { Drain } from '../vocabulary/protocol.js';
import { defaults } from './defaults.js';
import type { Config } from './options.js';

/** The longest time that a timer of Node can hold, in ms. JSON has no Infinity. */
const longestTimer = 2 ** 31 - 1;

/** When a worker that leaves closes the connections that are still open, in ms from being asked. */
export const cutOf = ({ drain, disconnectTimeout = defaults.disconnectTimeout }: Config): number =>
  drain?.cut ?? Math.max(disconnectTimeout - 1_000, disconnectTimeout / 2);

/** How a worker drains, as the preload is told. Throws `ConfigError` for a cut that is never reached. */
export const drainOf = ({ drain = {}, disconnectTimeout = defaults.disconnectTimeout }: Config): Drain => {
  const cut = cutOf({ drain, disconnectTimeout });
  if (cut > disconnectTimeout) {
    throw new ConfigError(
      'drain.cut',
      `expected no more than disconnectTimeout, which is ${disconnectTimeout}, got ${cut}`,
      'At disconnectTimeout the worker is killed',
    );
  }
  return {
    ...(drain.grace !== undefined && { grace: Math.min(drain.grace, longestTimer) }),
    cut: Math.min(cut, longestTimer),
    linger: Math.min(drain.linger ?? defaults.drain.linger, longestTimer),
    webSockets: drain.webSockets ?? true,
  };
};
