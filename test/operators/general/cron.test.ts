import { map, type Observable, take } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { cron$, type CronOptions } from '../../../src/index.js';
import { hour, marbles, setTimeOfDay, setTimeOfDayAt } from '../../marbles.js';

const minute = 60_000;
const day = 24 * hour;
const utc = { timezone: 'UTC' };

/** The times, as text. Virtual time begins at 1970-01-01T00:00Z. */
const times = (expression: string, options: CronOptions = utc): Observable<string> =>
  cron$(expression, options).pipe(map((time) => new Date(time).toISOString()));

const values = (...texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(texts.map((text, index) => ['abcd'[index] ?? '', `1970-01-${text}:00.000Z`]));

marbles('emits each time of the expression when it comes', ({ expectObservable }) => {
  expectObservable(times('0 3 * * *'), `${2 * day}ms !`).toBe(
    `${3 * hour}ms a ${day - 1}ms b`,
    values('01T03:00', '02T03:00'),
  );
});

marbles('with six fields the first one is the second', ({ expectObservable }) => {
  expectObservable(cron$('*/2 * * * * *', utc), '5000ms !').toBe('2000ms a 1999ms b', { a: 2_000, b: 4_000 });
});

marbles('is cold: each subscription begins with the next time', ({ expectObservable }) => {
  const minutes$ = cron$('* * * * *', utc);
  expectObservable(minutes$, `${2.5 * minute}ms !`).toBe('60s a 59999ms b', { a: minute, b: 2 * minute });
  expectObservable(minutes$, '90s ^ 60s !').toBe('120s b', { b: 2 * minute });
});

marbles('reads the expression in the time zone', ({ expectObservable }) => {
  expectObservable(times('0 3 * * *', { timezone: 'Asia/Tokyo' }), `${day}ms !`).toBe(
    `${18 * hour}ms a`,
    values('01T18:00'),
  );
});

marbles('a time that summer time skips comes when the clock has jumped', ({ expectObservable }) => {
  setTimeOfDay(Date.UTC(2026, 2, 28, 12));
  expectObservable(times('30 2 * * *', { timezone: 'Europe/Berlin' }).pipe(take(2))).toBe(
    `${13 * hour}ms a ${day - 30 * minute - 1}ms (b|)`,
    {
      a: '2026-03-29T01:00:00.000Z',
      b: '2026-03-30T00:30:00.000Z',
    },
  );
});

marbles('a time that comes twice at the end of summer time is emitted once', ({ expectObservable }) => {
  setTimeOfDay(Date.UTC(2026, 9, 24, 12));
  expectObservable(times('30 2 * * *', { timezone: 'Europe/Berlin' }).pipe(take(2))).toBe(
    `${12.5 * hour}ms a ${day + hour - 1}ms (b|)`,
    {
      a: '2026-10-25T00:30:00.000Z',
      b: '2026-10-26T01:30:00.000Z',
    },
  );
});

marbles(
  'of the times that pass while the machine sleeps only the first is emitted, within a minute',
  ({ expectObservable }) => {
    setTimeOfDayAt(30_000, 10 * hour);
    expectObservable(times('0 * * * *'), `${1.5 * hour}ms !`).toBe(
      `60s a ${59 * minute - 1}ms b`,
      values('01T01:00', '01T11:00'),
    );
  },
);

marbles('nothing is emitted twice when the clock is set back', ({ expectObservable }) => {
  setTimeOfDayAt(hour + 1, -2 * hour);
  expectObservable(times('0 * * * *'), `${5 * hour}ms !`).toBe(
    `${hour}ms a ${3 * hour - 1}ms b`,
    values('01T01:00', '01T02:00'),
  );
});

marbles(
  'a clock that is set back by more than 3 hours had been wrong: its times come again',
  ({ expectObservable }) => {
    setTimeOfDay(12 * hour);
    setTimeOfDayAt(hour + 1, 2 * hour);
    expectObservable(times('0 * * * *'), `${2.5 * hour}ms !`).toBe(
      `${hour}ms a ${hour - 1}ms b`,
      values('01T13:00', '01T04:00'),
    );
  },
);

test("a time can be further away than Node's longest timer, and unsubscribing leaves none", () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  const heard: number[] = [];
  const subscription = cron$('0 0 1 2 *', utc).subscribe((time) => heard.push(time));
  vi.advanceTimersByTime(Date.UTC(2026, 1, 1) - Date.UTC(2026, 0, 1) - 1);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(heard).toEqual([Date.UTC(2026, 1, 1)]);
  expect(vi.getTimerCount()).toBe(1);
  subscription.unsubscribe();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const wrong = (expression: unknown, options?: unknown) => () =>
  // As they come from somewhere without types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  cron$(expression as string, options as CronOptions);

test.for<readonly [unknown, string]>([
  ['61 * * * *', 'got "61 * * * *". Invalid value for minute: 61. The fields are minute, hour'],
  ['* * * *', 'got "* * * *". invalid configuration format'],
  ['', 'got "". invalid configuration format'],
  ['every day', 'got "every day". invalid configuration format'],
  ['0 0 31 2 *', 'got "0 0 31 2 *". There is no such day'],
  ['0 0 31 4,6 *', 'got "0 0 31 4,6 *". There is no such day'],
  ['0 3 * * * * 2030', 'got "0 3 * * * * 2030". mode'],
  ['2026-01-01T00:00:00', 'got "2026-01-01T00:00:00". a date and a time are no cron expression'],
  ['@reboot', 'got "@reboot". @reboot is not supported'],
  [undefined, 'got undefined. The fields are minute, hour'],
  [3, 'got 3. The fields are minute, hour'],
])('%j is refused at once', ([expression, problem]) => {
  expect(wrong(expression)).toThrow(
    `cron$(): expected a cron expression that is due some time, such as '0 3 * * *', ${problem}`,
  );
});

test('an error about a long text is short, and ends with one full stop', () => {
  expect(wrong('x'.repeat(100_000))).toThrow(/^.{1,500}$/);
  expect(wrong('* * *')).toThrow(/parts are required\. The fields are/);
});

test('a wrong option is refused at once', () => {
  expect(wrong('0 3 * * *', { timezone: 'Mars/Olympus' })).toThrow(
    'cron$().timezone: expected the IANA name of a time zone, such as \'Europe/Berlin\', got "Mars/Olympus"',
  );
  expect(wrong('0 3 * * *', { timeZone: 'UTC' })).toThrow(
    'cron$().timeZone: is not an option. Did you mean cron$().timezone?',
  );
  expect(wrong('0 3 * * *', 'UTC')).toThrow('cron$(): expected { timezone } or nothing, got "UTC"');
  expect(wrong('0 3 * * *', undefined)).not.toThrow();
});
