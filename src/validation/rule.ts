import { showValue } from '../vocabulary/errors.js';
import { isPath } from '../vocabulary/path.js';
import { isRecord } from './isRecord.js';

/** What a value must be, and the text of the error if it is not. */
export interface Rule {
  readonly accepts: (value: unknown) => boolean;
  /** Completes the sentence `expected …`. */
  readonly expected: string;
  /** How to fix a wrong value. */
  readonly fix?: (value: unknown) => string | undefined;
  /** How an error shows a wrong value. Default: `showValue`. */
  readonly show?: (value: unknown) => string;
  /** The entries of an array or an object, each with a rule of its own, so that an error can name the one that is wrong. */
  readonly entries?: (value: object) => readonly Entry[];
}

interface Entry {
  /** What follows the name of the option, such as `[0]` or `.PORT`. */
  readonly name: string;
  readonly value: unknown;
  readonly rule: Rule;
}

/** Rules by the name of the option or argument. */
export type Rules = Readonly<Record<string, Rule>>;

const isWhole = (value: unknown, least: number, most = Infinity): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

const isNumber = (value: unknown, least = -Infinity, most = Infinity): boolean =>
  typeof value === 'number' && value >= least && value <= most;

/** A whole number, `least` or more. */
export const whole = (least: number): Rule => ({
  accepts: (value) => isWhole(value, least),
  expected: `a whole number, ${least} or more`,
});

/** A number, not `NaN`, `least` or more. `of`: what it counts, such as `a number of bytes`. */
export const atLeast = (least: number, of = 'a number'): Rule => ({
  accepts: (value) => isNumber(value, least),
  expected: `${of}, ${least} or more`,
});

/** A number from `least` to `most`. */
export const between = (least: number, most: number): Rule => ({
  accepts: (value) => isNumber(value, least, most),
  expected: `a number from ${least} to ${most}`,
});

/** One of these words. */
export const oneOf = (...words: readonly string[]): Rule => ({
  accepts: (value) => typeof value === 'string' && words.includes(value),
  expected: words.map((word) => `'${word}'`).join(' or '),
});

/** What the rule accepts, or something else. */
export const or = (rule: Rule, accepts: Rule['accepts'], expected: string): Rule => ({
  ...rule,
  accepts: (value) => rule.accepts(value) || accepts(value),
  expected: `${rule.expected}, or ${expected}`,
});

export const isFunction = (value: unknown): value is () => unknown => typeof value === 'function';

/** What the rule accepts, or a function that returns it. */
export const orFunction = (rule: Rule): Rule => or(rule, isFunction, 'a function that returns it');

export const orInfinity = (rule: Rule): Rule => or(rule, (value) => value === Infinity, 'Infinity');

/** An object whose entries are checked separately. `such` describes it in the error. */
export const object = (such: string): Rule => ({ accepts: isRecord, expected: `an object ${such}` });

export const flag: Rule = { accepts: (value) => typeof value === 'boolean', expected: 'true or false' };
export const number: Rule = { accepts: (value) => isNumber(value), expected: 'a number' };
export const text: Rule = {
  accepts: (value) => typeof value === 'string' && value !== '',
  expected: 'a string that is not empty',
};
export const path: Rule = { accepts: isPath, expected: 'a path or a file: URL' };
export const time: Rule = atLeast(0, 'a time in ms');
/** A number of slots, or the number of a slot. A larger number is a mistake that would exhaust the machine. */
export const size: Rule = {
  accepts: (value) => isWhole(value, 1, 10_000),
  expected: 'a whole number from 1 to 10000',
};

/** An argument of a process, or the value of an environment variable. */
const textOrNumber: Rule = {
  accepts: (value) => (typeof value === 'string' ? !value.includes('\0') : Number.isFinite(value)),
  expected: 'a string or a number',
  // The text is not shown, because it may be a password. Only a NUL character makes it invalid.
  show: (value) => (typeof value === 'string' ? 'a string with a NUL character' : showValue(value)),
};

/** A whole command line or a line of variables may have a password in it. */
const showWithoutText = (value: unknown): string => (typeof value === 'string' ? 'a string' : showValue(value));

export const texts: Rule = {
  accepts: (value) => Array.isArray(value) && value.every(textOrNumber.accepts),
  expected: 'an array of strings or numbers',
  show: showWithoutText,
  entries: (list) => Object.entries(list).map(([at, value]) => ({ name: `[${at}]`, value, rule: textOrNumber })),
};

const variable: Rule = {
  ...textOrNumber,
  accepts: (value) => value === undefined || textOrNumber.accepts(value),
  fix: (value) => {
    if (typeof value === 'boolean') return `Write it as a string: '${value}', or '${Number(value)}'`;
    return value === null ? 'undefined removes the variable' : undefined;
  },
};

const isVariableName = (name: string): boolean => /^[^=\0]+$/.test(name);

const badVariableName = (name: string): Rule => ({
  accepts: () => false,
  expected: 'a name without =',
  show: () => showValue(name),
});

export const variables: Rule = {
  accepts: (value) =>
    isRecord(value) &&
    Object.entries(value).every(([name, content]) => isVariableName(name) && variable.accepts(content)),
  expected: 'an object of strings or numbers',
  show: showWithoutText,
  entries: (given) =>
    Object.entries(given).map(([name, value]) => ({
      name: `.${name}`,
      value,
      rule: isVariableName(name) ? variable : badVariableName(name),
    })),
};
