import { asyncScheduler, defer, EMPTY, mergeMap, Observable, of, repeat } from 'rxjs';
import { nextTimeOf } from '../../dependencies/croner.js';
import { check, checkValue } from '../../validation/check.js';
import { isRecord } from '../../validation/isRecord.js';
import { cronExpression, timezone as timezoneRule } from '../../validation/schedule.js';
import { ConfigError, showValue } from '../../vocabulary/errors.js';

export interface CronOptions {
  /** The IANA name of the time zone in which the expression is read, such as `'Europe/Berlin'`. Default: that of this process. */
  readonly timezone?: string | undefined;
}

/** The time of day can be set, and a timer does not count the time for which a machine is suspended. So the clock is read again after this time. */
const clockCheckMs = 60_000;
/** A clock that is set back further than this had been wrong, and the times of the schedule are due again. As in cron of Vixie. */
const correctionMs = 3 * 3_600_000;

/**
 * The times of a cron expression: 5 fields, or 6 with seconds first, or a word such as `@daily`. Emits the time that was due, in ms since 1970.
 *
 * ```
 * time of day              02:59 ------ 03:00 ------ … ------ 03:00
 * cron$('0 3 * * *')       -------------t----------- … -------t-----
 * ```
 *
 * Goes by the time of day. Of the times that pass while the machine is suspended or the clock is set forward, only the first is emitted, at most a minute late. No time is emitted
 * twice if the clock is set back, unless by more than 3 hours. A time that summer time skips is due when the clock has jumped, and one that comes twice is due once.
 *
 * Cold; each subscription has a timer of its own, which does not keep the process alive: a master ends with its last cluster. Never completes and never errors. Throws `ConfigError` at the call for a wrong expression and for one that is never due, such as `0 0 31 2 *`.
 *
 * @example
 * cron$('0 3 * * *', { timezone: 'Europe/Berlin' }).subscribe(restart$);
 */
export const cron$ = (expression: string, options: CronOptions = {}): Observable<number> => {
  checkValue('cron$()', cronExpression, expression);
  checkOptions(options);
  const nextTime = nextTimeOf(expression, options.timezone);
  return defer(() => {
    let emittedUpTo = 0;
    let due = 0;
    const begin = (now: number) => {
      emittedUpTo = now;
      due = nextTime(now) ?? Infinity;
    };
    begin(asyncScheduler.now());
    const look = (): Observable<number> => {
      const now = asyncScheduler.now();
      const wasDue = due;
      if (now < wasDue && now > emittedUpTo - correctionMs) return EMPTY;
      begin(now);
      return now < wasDue ? EMPTY : of(wasDue);
    };
    return defer(() => afterUnref(Math.max(1, Math.min(clockCheckMs, due - asyncScheduler.now())))).pipe(
      repeat(),
      mergeMap(look),
    );
  });
};

/** Emits once after so many ms, at most those of the longest timer. Node does not wait for it. */
const afterUnref = (ms: number): Observable<0> =>
  new Observable((subscriber) => {
    const action = asyncScheduler.schedule(() => {
      subscriber.next(0);
      subscriber.complete();
    }, ms);
    // RxJS keeps the timer in its action. In virtual time there is none.
    if ('id' in action && isTimer(action.id)) action.id.unref();
    return action;
  });

const isTimer = (id: unknown): id is { readonly unref: () => void } =>
  typeof id === 'object' && id !== null && 'unref' in id && typeof id.unref === 'function';

const checkOptions = (options: unknown): void => {
  if (!isRecord(options))
    throw new ConfigError('cron$()', `expected { timezone } or nothing, got ${showValue(options)}`);
  check('cron$().', options, { timezone: timezoneRule });
};
