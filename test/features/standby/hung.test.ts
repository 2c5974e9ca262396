import { filter, map, NEVER, type Observable, takeUntil, timer, toArray } from 'rxjs';
import { describe } from 'vitest';
import type { ClusterCommand, Config } from '../../../src/index.js';
import { rehearse, simulatedHost, type WorkerBehaviour } from '../../../src/testing.js';
import { marbles } from '../../marbles.js';

const health = { interval: 5, timeout: 20 };

const shown = new Set([
  'hung',
  'recovered',
  'overloaded',
  'standby-begin',
  'standby-end',
  'takeover',
  'restart',
  'kill',
]);

/** What happens to the standby workers of a cluster of one, in words: the time, the event and the worker. Processes behave as given, in the order of their forks. */
const story = (
  behaviours: readonly WorkerBehaviour[],
  config: Config = {},
  until = 150,
  commands$: Observable<ClusterCommand> = NEVER,
): Observable<readonly string[]> => {
  const host = simulatedHost({ behave: (_, fork) => behaviours[fork - 1] ?? {} });
  const options: Config = { worker: 1, standby: 1, minReadyTime: 3, minUptime: 5, readyTimeout: 60, health };
  return rehearse(host, { ...options, ...config }, commands$).pipe(
    filter(({ type }) => shown.has(type)),
    map((event) => {
      const id = 'worker' in event && event.worker !== undefined ? ` ${event.worker.id} in ${event.worker.slot}` : '';
      const why = event.type === 'hung' || event.type === 'standby-end' ? `: ${event.why}` : '';
      const delay = event.type === 'standby-end' ? `, next in ${event.delay}` : '';
      return `${event.time} ${event.type}${id}${why}${delay}`;
    }),
    takeUntil(timer(until)),
    toArray(),
  );
};

const restartAt = (at: number): Observable<ClusterCommand> =>
  timer(at).pipe(map(() => ({ type: 'restart', request: 'r', why: 'asked' })));

const killed = (time: number, how: string, next = 1_000) => [
  `${time} hung 2 in 0: ${how}`,
  `${time} standby-end 2 in 0: it left: killed, because it hangs, next in ${next}`,
];

describe('a standby worker that hangs while it waits', () => {
  for (const how of ['loop', 'blocked', 'stopped'] as const) {
    marbles(`is reported and ended, and another one boots after a pause: ${how}`, ({ expectObservable }) => {
      const told = story([{}, { hangs: { after: 13, how } }], {}, 1_200);

      // It has waited since 4, and answers for the last time at 14.
      expectObservable(told).toBe('1200ms (a|)', {
        a: ['4 standby-begin 2 in 0', ...killed(39, how), '1042 standby-begin 3 in 0'],
      });
    });
  }

  marbles('takes no slot once it was reported', ({ expectObservable }) => {
    const told = story([{ crashes: { after: 40 } }, { hangs: { after: 13, how: 'loop' } }]);

    expectObservable(told).toBe('150ms (a|)', { a: ['4 standby-begin 2 in 0', ...killed(39, 'loop')] });
  });

  marbles('and answers again before the timeout waits on, and takes over', ({ expectObservable }) => {
    const told = story([{ crashes: { after: 60 } }, { hangs: { after: 13, for: 20, how: 'loop' } }], {}, 61);

    expectObservable(told).toBe('61ms (a|)', { a: ['4 standby-begin 2 in 0', '60 takeover 2 in 1'] });
  });

  marbles('is watched as any other worker once it has taken over', ({ expectObservable }) => {
    const told = story([{ crashes: { after: 10 } }, { hangs: { after: 40, how: 'loop' } }], {}, 66);

    expectObservable(told).toBe('66ms (a|)', {
      a: [
        '4 standby-begin 2 in 0',
        '10 takeover 2 in 1',
        '13 standby-begin 3 in 0',
        '65 hung 2 in 1: loop',
        '65 restart 2 in 1',
      ],
    });
  });

  marbles('stays where nobody is watched', ({ expectObservable }) => {
    const told = story([{}, { hangs: { after: 13, how: 'loop' } }], { health: false });

    expectObservable(told).toBe('150ms (a|)', { a: ['4 standby-begin 2 in 0'] });
  });

  marbles('and is to leave anyway has the time for that', ({ expectObservable }) => {
    const told = story([{}, { hangs: { after: 13, how: 'loop' } }], { maxSurge: 1 }, 60, restartAt(20));

    // It would be reported at 39.
    expectObservable(told).toBe('60ms (a|)', {
      a: [
        '4 standby-begin 2 in 0',
        '20 restart',
        '25 standby-end 2 in 0: a restart has replaced a worker, and it may run older code, next in undefined',
      ],
    });
  });
});
