import { ConfigError } from '../errors.js';

export interface RequestOptions {
  /** How long to wait for an answer, in ms. Default: 5000. */
  readonly timeout?: number;
}

export const checkTimeout = (what: string, timeout: unknown): void => {
  if (typeof timeout !== 'number' || !(timeout >= 0))
    throw new ConfigError(`${what}.timeout`, `expected a time in ms, 0 or more, got ${String(timeout)}`);
};

export const checkName = (what: string, name: unknown): void => {
  if (typeof name !== 'string' || name === '')
    throw new ConfigError(what, `expected a name, a text that is not empty, got ${name === '' ? "''" : typeof name}`);
};
