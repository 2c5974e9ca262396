import { nextTimeOf } from '../dependencies/croner.js';
import { messageOf } from '../vocabulary/errorData.js';
import type { Rule } from './rule.js';

const fields = 'The fields are minute, hour, day of the month, month and day of the week';

/** What is wrong with a cron expression, in a sentence; `undefined` if nothing is. */
const problemOf = (expression: string): string | undefined => {
  try {
    // An expression without a year is due again and again, or never.
    return nextTimeOf(expression)(0) === undefined ? 'There is no such day' : undefined;
  } catch (error) {
    // The message may repeat the expression, which has no limit.
    const problem = messageOf(error)
      .replace(/^CronPattern: /, '')
      .slice(0, 200)
      .replace(/\.+$/, '');
    return `${problem}. ${fields}`;
  }
};

/** A cron expression that is due some time. */
export const cronExpression: Rule = {
  accepts: (value) => typeof value === 'string' && problemOf(value) === undefined,
  expected: "a cron expression that is due some time, such as '0 3 * * *'",
  fix: (value) => (typeof value === 'string' ? problemOf(value) : fields),
};

const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** The name of a time zone. */
export const timezone: Rule = {
  accepts: (value) => typeof value === 'string' && isTimezone(value),
  expected: "the IANA name of a time zone, such as 'Europe/Berlin'",
};
