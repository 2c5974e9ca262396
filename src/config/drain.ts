import { ConfigError } from '../vocabulary/errors.js';
import type { Drain } from '../vocabulary/protocol.js';
import { defaults } from './defaults.js';
import type { Config } from './options.js';

/** The longest delay of a Node timer, in ms. Also used for `Infinity`, which JSON does not have. */
const maxTimerMs = 2 ** 31 - 1;

/** When a worker that leaves closes the connections that are still open, in ms from when it was asked. */
export const cutOf = ({ drain, disconnectTimeout = defaults.disconnectTimeout }: Config): number =>
  drain?.cut ?? Math.max(disconnectTimeout - 1_000, disconnectTimeout / 2);

/** The drain options that are sent to the preload. Throws `ConfigError` for a `cut` after `disconnectTimeout`. */
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
    ...(drain.grace !== undefined && { grace: Math.min(drain.grace, maxTimerMs) }),
    cut: Math.min(cut, maxTimerMs),
    linger: Math.min(drain.linger ?? defaults.drain.linger, maxTimerMs),
    webSockets: drain.webSockets ?? true,
  };
};
