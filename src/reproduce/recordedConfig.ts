import { ConfigError } from '../index.js';
import type { Config } from '../testing.js';

/** Where the options that a cluster ran with come from. */
const fix = 'Give the options that it ran with: `config`, or --config with its configuration file';

/** What a recording has instead of a value that is no data. */
const placeholders: ReadonlySet<unknown> = new Set(['(function)', '(Observable)', '(object)', '***']);

/**
 * The options in the header of a recording as options. An option that decides and is a function is not in a recording.
 *
 * Throws `ConfigError` if there is such a one, and if there are no options.
 */
export const recordedConfig = (shown: Readonly<Record<string, unknown>> | undefined, cluster: string): Config => {
  if (shown === undefined)
    throw new ConfigError('config', `the recording does not have the options of the cluster '${cluster}'`, fix);
  for (const name of ['respawn', 'ready'])
    if (placeholders.has(shown[name]))
      throw new ConfigError(`config.${name}`, 'it is a function, which a recording does not have', fix);
  // The options were checked when the cluster started, and `simulate` checks them again.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return restored(shown) as Config;
};

const restored = (value: unknown): unknown => {
  if (value === 'Infinity') return Infinity;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => (name !== 'worker' ? !placeholders.has(inner) : true))
      .map(([name, inner]) => [name, restored(inner)]),
  );
};
