import { recordOf } from '../../validation/recordOf.js';
import { atLeast, between, or, type Rule, type Rules, whole } from '../../validation/rule.js';
import { cronExpression, timezone } from '../../validation/schedule.js';
import { type Bytes, isBytesText, toBytes } from '../../vocabulary/bytes.js';

/** When a worker is replaced by a new one although nothing is wrong with it. What is left out does not count. */
export interface Recycle {
  /** Its resident memory is above this: bytes, or a text such as `'512M'` with K, M or G. At least 30 MB. */
  readonly memory?: Bytes | undefined;
  /** It has run for this time, in ms. At least a minute. */
  readonly age?: number | undefined;
  /** It has answered so many HTTP requests. Needs the preload. */
  readonly requests?: number | undefined;
  /** All workers are replaced, one after the other, at the times of this cron expression. */
  readonly at?: string | undefined;
  /** The time zone of `at`, such as `'Europe/Berlin'`. Default: that of this process. */
  readonly timezone?: string | undefined;
  /** By which share the `age` and `requests` of each worker are shorter or longer at random, and how long the pauses between two workers are. Default: 0.1. */
  readonly jitter?: number | undefined;
}

export const defaultJitter = 0.1;

/** A process of Node that runs nothing has 39 MB. */
const minMemory = 30 * 2 ** 20;
const minAgeMs = 60_000;

const memory: Rule = {
  ...or(
    atLeast(minMemory, 'a number of bytes'),
    (value) => isBytesText(value) && toBytes(value) >= minMemory,
    "a text such as '512M'",
  ),
  expected: "at least 30 MB, which Node itself needs: a number of bytes, or a text such as '512M'",
  fix: (value) =>
    typeof value === 'number' && value >= 30 && value < 100_000
      ? `For megabytes write '${Math.round(value)}M'`
      : undefined,
};

const age: Rule = {
  accepts: (value) => Number.isFinite(value) && atLeast(minAgeMs).accepts(value),
  expected: 'a time in ms, 60000 or more',
};

const rules: Rules = { memory, age, requests: whole(1), at: cronExpression, timezone, jitter: between(0, 1) };

export const recycleRule: Rule = {
  ...recordOf('recycle', rules),
  expected: `an object with ${Object.keys(rules).join(', ')}`,
};
