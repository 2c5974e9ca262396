import { ConfigError, messageOf, showValue } from '../vocabulary/errors.js';
import { isThenable } from '../vocabulary/thenable.js';
import { nearest } from './nearest.js';
import type { Rule, Rules } from './rule.js';

/**
 * Throws `ConfigError` for the first entry that has no rule, or that its rule does not accept. `prefix` is put before the name in the error, such as `drain.`; `what` says what the entries are.
 * An entry that is `undefined` counts as missing, because a program may pass on a setting that it does not have.
 */
export const check = (
  prefix: string,
  values: Readonly<Record<string, unknown>>,
  known: Rules,
  what: 'option' | 'signal' = 'option',
): void => {
  for (const [key, value] of Object.entries(values)) {
    const rule = Object.hasOwn(known, key) ? known[key] : undefined;
    if (rule === undefined) throw unknown(prefix, key, Object.keys(known), what);
    if (value !== undefined) checkValue(`${prefix}${key}`, rule, value);
  }
};

/** Throws `ConfigError` unless the rule accepts the value. `got` says where the value came from. */
export const checkValue = (name: string, rule: Rule, value: unknown, got = ', got'): void => {
  if (!rule.accepts(value)) throw mismatch(name, rule, value, got);
};

/** Calls a function that was given for an option, and checks its result with the option's rule. Throws `ConfigError`, also if the function throws. */
export const checkReturned = <T>(option: string, rule: Rule, call: () => T): T => {
  const value = attempt(option, call);
  if (isThenable(value)) {
    // An unhandled rejection would end the master.
    value.then(undefined, () => {});
    throw new ConfigError(option, 'expected a function that returns the value itself; it returned a promise');
  }
  checkValue(option, rule, value, '; the function returned');
  return value;
};

const attempt = <T>(option: string, call: () => T): T => {
  try {
    return call();
  } catch (thrown) {
    throw new ConfigError(option, `the function threw: ${messageOf(thrown)}`);
  }
};

/** The error for a wrong value. If it has several entries, the error names the wrong one. */
const mismatch = (name: string, rule: Rule, value: unknown, got: string): ConfigError => {
  const { expected, fix, show = showValue } = rule;
  const entries = typeof value === 'object' && value !== null ? rule.entries?.(value) : undefined;
  const wrong = entries?.find((entry) => !entry.rule.accepts(entry.value));
  if (wrong !== undefined) return mismatch(`${name}${wrong.name}`, wrong.rule, wrong.value, got);
  return new ConfigError(name, `expected ${expected}${got} ${show(value)}`, fix?.(value));
};

const unknown = (prefix: string, key: string, known: readonly string[], what: 'option' | 'signal'): ConfigError => {
  const near = nearest(key, known);
  const all = what === 'signal' ? undefined : `There are ${known.join(', ')}`;
  return new ConfigError(
    `${prefix}${key}`,
    what === 'signal' ? 'is not a signal' : 'is not an option',
    near === undefined ? all : `Did you mean ${prefix}${near}?`,
  );
};
