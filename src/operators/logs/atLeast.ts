import { ConfigError, showValue } from '../../vocabulary/errors.js';
import { levels } from '../../vocabulary/logRecord.js';
import { validateWord } from '../../validation/arguments.js';

/** pino's levels by name. */
export type LogLevel = keyof typeof levels;

/**
 * Whether a record is of this level or a higher one; a level is one of pino's names, or a number. For `filter`. Throws `ConfigError` for what is neither.
 *
 * @example
 * logs$.pipe(filter(atLeast('error'))).subscribe(({ worker, msg }) => console.log(worker.slot, msg));
 */
export const atLeast = (level: LogLevel | number) => {
  if (Number.isNaN(level)) throw new ConfigError('atLeast()', `expected a level, got ${showValue(level)}`);
  if (typeof level !== 'number') validateWord('atLeast()', level, Object.keys(levels), 'a level of pino, or a number');
  const least = typeof level === 'number' ? level : levels[level];
  return <R extends { readonly level: number }>(record: R): record is R => record.level >= least;
};
