import { EMPTY } from 'rxjs';
import { restartReasons } from '../../src/services/restartReasons.js';
import { hour, marbles, setTimeOfDayAt } from '../marbles.js';

const nightly = [{ at: '0 3 * * *', timezone: 'UTC' }];

marbles('a service is restarted each night, and the reason is the expression', ({ expectObservable }) => {
  expectObservable(restartReasons(nightly, EMPTY, '/srv'), `${48 * hour}ms !`).toBe(
    `${3 * hour}ms a ${24 * hour - 1}ms a`,
    { a: 'cron 0 3 * * *' },
  );
});

marbles('of several expressions each is a reason of its own', ({ expectObservable }) => {
  const cron = [...nightly, { at: '30 4 * * *', timezone: 'Europe/Berlin' }];
  expectObservable(restartReasons(cron, EMPTY, '/srv'), `${24 * hour}ms !`).toBe(
    `${3 * hour}ms a ${hour / 2 - 1}ms b`,
    {
      a: 'cron 0 3 * * *',
      b: 'cron 30 4 * * *',
    },
  );
});

marbles('of the times that are skipped when the clock is set forward one restarts', ({ expectObservable }) => {
  setTimeOfDayAt(hour, 72 * hour);
  expectObservable(restartReasons(nightly, EMPTY, '/srv'), `${2 * hour}ms !`).toBe(`${hour}ms a`, {
    a: 'cron 0 3 * * *',
  });
});

marbles('without a schedule and without watched files there is none', ({ expectObservable }) => {
  expectObservable(restartReasons([], EMPTY, '/srv')).toBe('|');
});

marbles('changed files are named, the first three of them', ({ cold, expectObservable }) => {
  const changed$ = cold('-a-b-c-', {
    a: ['/srv/web.js'],
    b: ['/srv/lib/a.js', '/srv/lib/b.js'],
    c: ['/srv/1', '/srv/2', '/srv/3', '/srv/4', '/srv/5'],
  });
  expectObservable(restartReasons([], changed$, '/srv'), '-------!').toBe('-a-b-c-', {
    a: 'web.js has changed',
    b: 'lib/a.js, lib/b.js have changed',
    c: '1, 2, 3 and 2 more have changed',
  });
});
