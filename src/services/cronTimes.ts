import { ConfigError, cron$ } from '../index.js';
import { suggestion } from './unknownName.js';
import { isRecord, listOf, showValue } from './values.js';

/** When a service is restarted. */
export interface CronTimes {
  readonly at: string;
  readonly timezone: string | undefined;
}

const known = ['at', 'action', 'timezone'];

/** The times of the option `cron`. Throws `ConfigError` if it is wrong. */
export const cronTimes = (given: unknown): readonly CronTimes[] =>
  listOf(given).map((entry, index) => timesOf(entry, Array.isArray(given) ? `cron[${index}]` : 'cron'));

const timesOf = (entry: unknown, name: string): CronTimes => {
  if (typeof entry === 'string') return checked({ at: entry, timezone: undefined }, name, name);
  if (!isRecord(entry))
    throw new ConfigError(name, `expected a cron expression, or { at, action, timezone }, got ${showValue(entry)}`);
  const unknown = Object.keys(entry).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new ConfigError(`${name}.${unknown}`, 'is not an option', suggestion(unknown, known, `${name}.`));
  const { at, action, timezone } = entry;
  if (action !== undefined && action !== 'restart')
    throw new ConfigError(`${name}.action`, `expected 'restart', got ${showValue(action)}`);
  // `cron$` looks at what they really are.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return checked({ at: at as string, timezone: timezone as string | undefined }, `${name}.at`, `${name}.timezone`);
};

const checked = (times: CronTimes, at: string, timezone: string): CronTimes => {
  try {
    cron$(times.at, { timezone: times.timezone });
    return times;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const name = error.option.endsWith('.timezone') ? timezone : at;
    throw new ConfigError(name, error.message.slice(error.option.length + 2));
  }
};
