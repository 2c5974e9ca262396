import { ConfigError, showValue } from '../vocabulary/errors.js';

export interface RequestOptions {
  /** How long to wait for an answer, in ms. Default: 5000. */
  readonly timeout?: number;
}

/** Throws `ConfigError` for options that are none, or one that is not among those that are `known`. `after`: the argument that they follow. */
export const checkOptions = (what: string, options: unknown, known: readonly string[], after: string): void => {
  const all = known.join(', ');
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigError(what, `expected { ${all} }, or nothing, after ${after}, got ${showValue(options)}`);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ConfigError(`${what}.${unknown}`, `is not an option. There are ${all}`);
};

export const checkTimeout = (what: string, timeout: unknown): void => {
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw new ConfigError(`${what}.timeout`, `expected a time in ms, 0 or more, got ${showValue(timeout)}`);
};

export const checkName = (what: string, name: unknown): void => {
  if (typeof name !== 'string' || name === '')
    throw new ConfigError(what, `expected a name, a text that is not empty, got ${name === '' ? "''" : typeof name}`);
};
