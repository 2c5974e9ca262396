import { inspect } from 'node:util';
import { ConfigError } from '../index.js';

/** How a cluster is drawn. Times in ms. */
export interface MarblesOptions {
  /** `text` for a terminal, or `svg`: an SVG document. Default: `text`. */
  readonly as?: 'text' | 'svg' | undefined;
  /** The characters of a line of text, from 60 on. Default: 80. */
  readonly width?: number | undefined;
  /** How far a picture reaches back. Default: 5 minutes. */
  readonly last?: number | undefined;
  /** Pictures are at least so far apart. Default: 1000. */
  readonly every?: number | undefined;
  /** How many workers of a cluster have a row at most. Default: 24. */
  readonly rows?: number | undefined;
  /** How many decisions of a cluster stand below its rows: the last ones. Default: 10. */
  readonly decisions?: number | undefined;
  /** Returns the time of day. Default: the time of the last event, and what has passed since it came. */
  readonly now?: (() => number) | undefined;
}

/** The options with their defaults. */
export type CompleteOptions = {
  readonly [K in Exclude<keyof MarblesOptions, 'now'>]-?: NonNullable<MarblesOptions[K]>;
} & Pick<MarblesOptions, 'now'>;

const defaults: CompleteOptions = { as: 'text', width: 80, last: 300_000, every: 1_000, rows: 24, decisions: 10 };

interface Rule {
  readonly accepts: (value: unknown) => boolean;
  readonly expected: string;
}

const whole = (least: number, greatest = Number.MAX_SAFE_INTEGER): Rule => ({
  accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= greatest,
  expected: `a whole number from ${least} ${greatest === longestTimer ? `to ${greatest}` : 'on'}`,
});

/** As long as a timer can wait, in ms. */
const longestTimer = 2 ** 31 - 1;

const rules: Readonly<Record<keyof MarblesOptions, Rule>> = {
  as: { accepts: (value) => value === 'text' || value === 'svg', expected: "'text' or 'svg'" },
  width: whole(60),
  last: whole(1),
  every: whole(1, longestTimer),
  rows: whole(1),
  decisions: whole(0),
  now: { accepts: (value) => typeof value === 'function', expected: 'a function that returns the time of day' },
};

const isObject = (given: unknown): boolean => typeof given === 'object' && given !== null;

/** Completes the options. Throws `ConfigError` for one that is unknown or has a wrong value. */
export const completeOptions = (given: MarblesOptions): CompleteOptions => {
  if (!isObject(given)) throw new ConfigError('toMarbles', `expected options, or the path of a recording, got ${inspect(given)}`);
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.entries(rules).find(([known]) => known === name)?.[1];
    if (rule === undefined)
      throw new ConfigError(`toMarbles.${name}`, `is not an option. Expected one of ${Object.keys(rules).join(', ')}`);
    if (value !== undefined && !rule.accepts(value))
      throw new ConfigError(`toMarbles.${name}`, `expected ${rule.expected}, got ${inspect(value, { depth: 0 })}`);
  }
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(set) };
};
