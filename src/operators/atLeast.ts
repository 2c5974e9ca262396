import { levels } from '../records.js';

/** pino's levels by name. */
export type LogLevel = keyof typeof levels;

/**
 * Whether a record is of this level or a higher one; a level is one of pino's names, or a number. For `filter`.
 *
 * @example
 * logs$.pipe(filter(atLeast('error'))).subscribe(({ worker, msg }) => console.log(worker.slot, msg));
 */
export const atLeast = (level: LogLevel | number) => {
  const least = typeof level === 'number' ? level : levels[level];
  return <R extends { readonly level: number }>(record: R): record is R => record.level >= least;
};
