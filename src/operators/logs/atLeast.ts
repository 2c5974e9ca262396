import { ConfigError, showValue } from '../../vocabulary/errors.js';
import { levels } from '../../vocabulary/logRecord.js';
import { validateWord } from '../../validation/arguments.js';

/** The names of pino's levels. */
export type LogLevel = keyof typeof levels;

/**
 * Creates a predicate for log records of at least this level, for `filter`. A level is one of pino's names or a number. Throws `ConfigError` for anything else.
 *
 * @example
 * logs$.pipe(filter(atLeast('error'))).subscribe(({ worker, msg }) => console.log(worker.slot, msg));
 */
export const atLeast = (level: LogLevel | number) => {
  if (Number.isNaN(level)) throw new ConfigError('atLeast()', `expected a level, got ${showValue(level)}`);
  if (typeof level !== 'number') validateWord('atLeast()', level, Object.keys(levels), 'a level of pino, or a number');
  const minimum = typeof level === 'number' ? level : levels[level];
  return <R extends { readonly level: number }>(record: R): record is R => record.level >= minimum;
};
