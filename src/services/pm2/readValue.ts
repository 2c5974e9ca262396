import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { ConfigError } from '../../index.js';
import { isText, showValue } from '../values.js';

/** A number, also as text. */
export const numberOf = (key: string, value: unknown): number => {
  const number = isText(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new ConfigError(key, `expected a number, got ${showValue(value)}`);
};

/** A text. */
export const textOf = (key: string, value: unknown): string => {
  if (isText(value)) return value;
  throw new ConfigError(key, `expected a string that is not empty, got ${showValue(value)}`);
};

const unitsMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 };

/** A time in ms: a number, or a text such as `10s`. */
export const timeOf = (key: string, value: unknown): number => {
  const [, amount, unit = ''] = isText(value) ? (/^(\d+)([hms])$/.exec(value) ?? []) : [];
  return amount === undefined ? numberOf(key, value) : Number(amount) * (unitsMs[unit] ?? 1);
};

/** A path, absolute from the folder of the app; `~` is the home folder. */
export const pathOf = (key: string, value: unknown, cwd: string): string =>
  resolve(cwd, textOf(key, value).replace(/^~(?=\/|$)/, homedir()));

/** The id of a user or a group: a number, or the name of a user. `of`: what is asked about the user. */
export const idOf = (key: string, value: unknown, of: '-u' | '-g'): number => {
  if (typeof value === 'number' || (isText(value) && /^\d+$/.test(value))) return numberOf(key, value);
  const name = textOf(key, value);
  try {
    return Number(execFileSync('id', [of, '--', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    throw new ConfigError(key, `expected a user of this machine, got ${showValue(value)}`);
  }
};
