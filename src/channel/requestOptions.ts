import { ConfigError, showValue } from '../vocabulary/errors.js';

export interface RequestOptions {
  /** How long to wait for an answer, in ms. Default: 5000. */
  readonly timeout?: number;
}

/** Throws `ConfigError` if `options` is not an object or has a name that is not among `known`. `after` names the preceding argument in the error. */
export const checkOptions = (caller: string, options: unknown, known: readonly string[], after: string): void => {
  const all = known.join(', ');
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ConfigError(caller, `expected { ${all} }, or nothing, after ${after}, got ${showValue(options)}`);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ConfigError(`${caller}.${unknown}`, `is not an option. Expected one of ${all}`);
};

export const checkTimeout = (caller: string, timeout: unknown): void => {
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw new ConfigError(`${caller}.timeout`, `expected a time in ms, 0 or more, got ${showValue(timeout)}`);
};

export const checkName = (caller: string, name: unknown): void => {
  if (typeof name !== 'string' || name === '')
    throw new ConfigError(
      caller,
      `expected a name (a string that is not empty), got ${name === '' ? "''" : typeof name}`,
    );
};
