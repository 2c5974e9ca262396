import { explainMissing, requireDependency } from './requireDependency.js';

let loaded: typeof import('croner') | undefined;

const load = (): typeof import('croner') => {
  try {
    return requireDependency('croner');
  } catch (error) {
    throw explainMissing('croner', error);
  }
};

/** The first time after `time` at which a schedule is due, in ms since 1970; `undefined` if there is none. */
export type NextTime = (time: number) => number | undefined;

/**
 * The times of a cron expression with 5 fields, or 6 with seconds first, in a time zone (default: that of the process). Throws where croner cannot read it.
 * croner is loaded on the first call, so that a master without a schedule starts sooner.
 */
export const nextTimeOf = (expression: string, timezone?: string): NextTime => {
  // croner takes a date for a schedule as well.
  if (expression.includes(':')) throw new Error('a date and a time are no cron expression');
  loaded ??= load();
  const cron = new loaded.Cron(expression, { mode: '5-or-6-parts', ...(timezone !== undefined && { timezone }) });
  return (time) => cron.nextRun(new Date(time))?.getTime();
};
