import { check } from '../../validation/check.js';
import { between, flag, type Rule, type Rules } from '../../validation/rule.js';
import { isRecord } from '../../validation/isRecord.js';
import { ConfigError } from '../../vocabulary/errors.js';

/** How workers are watched. Times in ms. */
export interface Health {
  /** The time between two heartbeats. Default: 5000. */
  readonly interval?: number | undefined;
  /** A worker that does not answer for so long hangs. `Infinity` for never. Default: 60000. */
  readonly timeout?: number | undefined;
  /** Whether the JavaScript stack of a worker that hangs is read, through its inspector on 127.0.0.1, before it is replaced. Default: false. */
  readonly stack?: boolean | undefined;
}

export interface Settings {
  readonly interval: number;
  readonly timeout: number;
  readonly stack: boolean;
}

export const settingsOf = ({ interval = 5_000, timeout = 60_000, stack = false }: Health): Settings => ({
  interval,
  timeout,
  stack,
});

/** The longest delay of a timer of Node. */
const maxTimer = 2 ** 31 - 1;

export const healthRule: Rule = {
  accepts: (value) => value === false || isRecord(value),
  expected: 'an object with interval, timeout and stack, or false for none',
  fix: (value) => (value === true ? 'It is on by default' : undefined),
};

const rules: Rules = {
  interval: between(1, maxTimer),
  timeout: {
    accepts: (value) => typeof value === 'number' && value >= 1,
    expected: 'a time in ms, 1 or more, or Infinity',
  },
  stack: flag,
};

/** Throws `ConfigError` for an entry that is wrong, and for an interval above its timeout. */
export const checkHealth = (health: Health | false): void => {
  if (health === false) return;
  check('health.', { ...health }, rules);
  const { interval, timeout } = settingsOf(health);
  if (interval <= timeout) return;
  throw new ConfigError(
    'health.interval',
    `expected no more than health.timeout, which is ${timeout}, got ${interval}`,
    'A worker that is asked less often than that would hang before it is asked',
  );
};
