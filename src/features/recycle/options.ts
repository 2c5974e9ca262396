import { isRecord } from '../../validation/isRecord.js';
import { nearest } from '../../validation/nearest.js';
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
const names = Object.keys(rules);

const unknownOption: Rule = { accepts: () => false, expected: `one of the options ${names.join(', ')}` };

const ruleOf = (name: string): Rule => {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule !== undefined) return rule;
  const near = nearest(name, names);
  return { ...unknownOption, ...(near !== undefined && { fix: () => `Did you mean recycle.${near}?` }) };
};

const entriesOf = (options: object) =>
  Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ name: `.${name}`, value, rule: ruleOf(name) }));

export const recycleRule: Rule = {
  accepts: (value) => isRecord(value) && entriesOf(value).every((entry) => entry.rule.accepts(entry.value)),
  expected: `an object with ${names.join(', ')}`,
  entries: entriesOf,
};
