import { ConfigError } from '../../index.js';
import type { RollPlan } from '../records/roll.js';

/** The plan of a roll as it is asked for: what is left out has its default. */
export type RollOptions = { readonly [K in keyof RollPlan]?: RollPlan[K] | undefined };

/** The limit of setTimeout: about 24.8 days. */
const maxMs = 2 ** 31 - 1;

const defaults = { canary: 1, batch: 1, soak: 60_000, hostTimeout: 300_000, maxFailures: 0, maxCrashes: 0 } as const;

/** From, to, and the words for them. Counts and ms are whole numbers. */
const ranges: Readonly<Record<string, readonly [number, number, string]>> = {
  canary: [1, 10_000, 'hosts'],
  batch: [1, 10_000, 'hosts'],
  soak: [0, maxMs, 'ms'],
  hostTimeout: [1, maxMs, 'ms'],
  maxFailures: [0, 10_000, 'hosts'],
  maxCrashes: [0, 10_000, 'crashes'],
  maxP99: [1, maxMs, 'ms'],
};

/** Completes a plan. Throws `ConfigError` for a value that is out of range, and for an option that does not exist. */
export const rollPlan = (options: RollOptions = {}): RollPlan => {
  for (const [name, value] of Object.entries(options)) {
    const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
    if (range === undefined)
      throw new ConfigError(
        `roll.${name}`,
        'expected an option of a roll',
        `There are ${Object.keys(ranges).join(', ')}`,
      );
    const [from, to, unit] = range;
    if (value !== undefined && !(Number.isInteger(value) && value >= from && value <= to))
      throw new ConfigError(
        `roll.${name}`,
        `expected a whole number of ${unit} from ${from} to ${to}, got ${String(value)}`,
      );
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
};
