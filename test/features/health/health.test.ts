import { filter, map, merge, NEVER, type Observable, takeUntil, timer, toArray } from 'rxjs';
import { describe } from 'vitest';
import type { ClusterCommand, Config } from '../../../src/index.js';
import { rehearse, simulatedHost } from '../../../src/testing.js';
import type { WorkerBehaviour } from '../../../src/testing/simulatedHost.js';
import { marbles } from '../../marbles.js';

const end = 200;
const shown = new Set(['hung', 'overloaded', 'recovered', 'restart', 'replace-begin', 'replace-end', 'replace-abort']);
const ofWorkers = new Set(['fork', 'retire', 'kill', 'exit', 'vacant']);

/**
 * What happens in a cluster of two, in words: the time, the event and the worker. The first workers behave as given, the others are sound. The heartbeats come every 5 ms, and 20 ms
 * without an answer are a hang.
 */
const story = (
  config: Config,
  first: readonly WorkerBehaviour[],
  commands$: Observable<ClusterCommand> = NEVER,
  suspended = { at: 0, for: 0 },
): Observable<readonly string[]> => {
  const simulated = simulatedHost({ behave: (_, fork) => first[fork - 1] ?? {} });
  const now = () => simulated.now() + (simulated.now() > suspended.at ? suspended.for : 0);
  const host = { ...simulated, now };
  const options: Config = {
    worker: 2,
    minReadyTime: 3,
    readyTimeout: 30,
    health: { interval: 5, timeout: 20 },
    backoff: { initial: 4, jitter: 0 },
  };
  return rehearse(host, { ...options, ...config }, commands$).pipe(
    filter((event) => shown.has(event.type) || (ofWorkers.has(event.type) && event.time > 0)),
    map((event) => {
      const worker = 'worker' in event && event.worker !== undefined ? ` ${event.worker.id}` : '';
      const detail = 'signal' in event && event.signal !== null ? ` ${event.signal}` : '';
      const reason = event.type === 'hung' ? ` ${event.why}` : event.type === 'recovered' ? ` ${event.from}` : '';
      return `${event.time} ${event.type}${worker}${detail}${reason}`;
    }),
    takeUntil(timer(end)),
    toArray(),
  );
};

const command = (at: number, wish: ClusterCommand): Observable<ClusterCommand> =>
  merge(timer(at).pipe(map(() => wish)), NEVER);

const handover = (how: string, kills: readonly string[], signal: string) => [
  `35 hung 1 ${how}`,
  '35 restart 1',
  '35 replace-begin',
  '35 fork 3',
  '40 replace-end 3',
  '40 retire 1',
  ...kills,
  `41 exit 1 ${signal}`,
];

describe('a worker that hangs', () => {
  for (const how of ['loop', 'blocked'] as const) {
    marbles(`is replaced first, and then ended by SIGABRT: ${how}`, ({ expectObservable }) => {
      const told = story({}, [{ hangs: { after: 12, how } }]);

      expectObservable(told).toBe(`${end}ms (a|)`, { a: handover(how, ['40 kill 1 SIGABRT'], 'SIGABRT') });
    });
  }

  marbles('is ended by SIGKILL where it is stopped', ({ expectObservable }) => {
    const told = story({}, [{ hangs: { after: 12, how: 'stopped' } }]);
    const kills = ['40 kill 1 SIGABRT', '40 kill 1 SIGKILL'];

    expectObservable(told).toBe(`${end}ms (a|)`, { a: handover('stopped', kills, 'SIGKILL') });
  });

  marbles('and goes on before the timeout is not reported', ({ expectObservable }) => {
    const told = story({}, [{ hangs: { after: 12, for: 22, how: 'loop' } }]);

    expectObservable(told).toBe(`${end}ms (a|)`, { a: [] });
  });

  marbles('and goes on during its replacement is asked to leave as any other', ({ expectObservable }) => {
    const told = story({}, [{ hangs: { after: 12, for: 25, how: 'loop' } }]);

    expectObservable(told).toBe(`${end}ms (a|)`, {
      a: [
        '35 hung 1 loop',
        '35 restart 1',
        '35 replace-begin',
        '35 fork 3',
        '37 recovered 1 hung',
        '40 replace-end 3',
        '40 retire 1',
        '41 exit 1',
      ],
    });
  });

  for (const maxSurge of [0, 1]) {
    marbles(`before it is available ends the restart: maxSurge ${maxSurge}`, ({ expectObservable }) => {
      const restart: ClusterCommand = { type: 'restart', request: 'r', why: 'asked' };
      const hangs = { hangs: { after: 6, how: 'loop' } } as const;
      const told = story({ minReadyTime: 40, maxSurge, worker: 1 }, [{}, hangs], command(50, restart));

      expectObservable(told).toBe(`${end}ms (a|)`, {
        a:
          maxSurge === 0
            ? [
                '50 restart',
                '50 replace-begin',
                '50 retire 1',
                '51 exit 1',
                '51 fork 2',
                '81 hung 2 loop',
                '81 kill 2 SIGABRT',
                '81 replace-abort 2',
                '82 exit 2 SIGABRT',
                '86 fork 3',
              ]
            : [
                '50 restart',
                '50 replace-begin',
                '50 fork 2',
                '80 hung 2 loop',
                '80 kill 2 SIGABRT',
                '80 replace-abort 2',
                '80 retire 2',
                '81 exit 2 SIGABRT',
              ],
      });
    });
  }

  marbles('and goes on before its turn stays', ({ expectObservable }) => {
    const restart: ClusterCommand = { type: 'restart', request: 'r', why: 'asked', slot: 2 };
    const told = story({}, [{ hangs: { after: 12, for: 26, how: 'loop' } }, { leaves: 20 }], command(31, restart));

    expectObservable(told).toBe(`${end}ms (a|)`, {
      a: [
        '31 restart',
        '31 replace-begin',
        '31 fork 3',
        '35 hung 1 loop',
        '36 replace-end 3',
        '36 retire 2',
        '38 recovered 1 hung',
        '56 exit 2',
      ],
    });
  });

  marbles('makes way at once where there is no surge', ({ expectObservable }) => {
    const told = story({ maxSurge: 0 }, [{ hangs: { after: 12, how: 'loop' } }]);

    expectObservable(told).toBe(`${end}ms (a|)`, {
      a: [
        '35 hung 1 loop',
        '35 restart 1',
        '35 replace-begin',
        '35 retire 1',
        '35 kill 1 SIGABRT',
        '36 exit 1 SIGABRT',
        '36 fork 3',
        '41 replace-end 3',
      ],
    });
  });

  marbles('is ended and respawned where its replacement fails', ({ expectObservable }) => {
    const told = story({}, [{ hangs: { after: 12, how: 'loop' } }, {}, { crashes: { after: 1 } }]);

    expectObservable(told).toBe(`${end}ms (a|)`, {
      a: [
        '35 hung 1 loop',
        '35 restart 1',
        '35 replace-begin',
        '35 fork 3',
        '36 exit 3',
        '36 replace-abort 3',
        '36 kill 1 SIGABRT',
        '37 exit 1 SIGABRT',
        '41 fork 4',
      ],
    });
  });

  marbles('is ended at once where no worker is replaced before it leaves', ({ expectObservable }) => {
    const told = story({ respawn: 'temporary' }, [{ hangs: { after: 12, how: 'loop' } }]);

    expectObservable(told).toBe(`${end}ms (a|)`, {
      a: ['35 hung 1 loop', '35 kill 1 SIGABRT', '36 exit 1 SIGABRT', '36 vacant'],
    });
  });

  marbles('is ended at once in a shutdown', ({ expectObservable }) => {
    const shutdown: ClusterCommand = { type: 'shutdown', force: false, why: 'asked' };
    const told = story({ minReadyTime: 90 }, [{ hangs: { after: 12, how: 'loop' } }], command(50, shutdown));

    expectObservable(told).toBe('51ms (a|)', {
      a: [
        '35 hung 1 loop',
        '35 restart 1',
        '35 replace-begin',
        '35 fork 3',
        '50 retire 1',
        '50 retire 3',
        '50 retire 2',
        '50 kill 1 SIGABRT',
        '51 exit 3',
        '51 exit 2',
        '51 exit 1 SIGABRT',
      ],
    });
  });

  marbles('while another one is replaced waits for its turn', ({ expectObservable }) => {
    const hangs = { after: 12, how: 'loop' } as const;
    const told = story({ maxSurge: 2 }, [{ hangs }, { hangs }]);

    expectObservable(told).toBe(`${end}ms (a|)`, {
      a: [
        '35 hung 1 loop',
        '35 restart 1',
        '35 replace-begin',
        '35 fork 3',
        '35 hung 2 loop',
        '40 replace-end 3',
        '40 retire 1',
        '40 kill 1 SIGABRT',
        '41 exit 1 SIGABRT',
        '41 restart 2',
        '41 replace-begin',
        '41 fork 4',
        '46 replace-end 4',
        '46 retire 2',
        '46 kill 2 SIGABRT',
        '47 exit 2 SIGABRT',
      ],
    });
  });
});

const blocks = (ms?: number): WorkerBehaviour => ({ hangs: { after: 1, ...(ms && { for: ms }), how: 'loop' } });

describe('a boot that blocks the event loop', () => {
  marbles('for readyTimeout is ended without a replacement, and respawned', ({ expectObservable }) => {
    expectObservable(story({}, [blocks()])).toBe(`${end}ms (a|)`, {
      a: ['35 hung 1 boot', '35 kill 1 SIGABRT', '36 exit 1 SIGABRT', '40 fork 3'],
    });
  });

  marbles('for less than readyTimeout is none of a worker that hangs', ({ expectObservable }) => {
    expectObservable(story({}, [blocks(28)])).toBe(`${end}ms (a|)`, { a: [] });
  });
});

describe('a worker that answers late', () => {
  marbles('is reported as overloaded, and stays', ({ expectObservable }) => {
    expectObservable(story({}, [{ answersHeartbeats: 4 }])).toBe(`${end}ms (a|)`, { a: ['19 overloaded 1'] });
  });

  marbles('later than the interval, too', ({ expectObservable }) => {
    expectObservable(story({}, [{ answersHeartbeats: 14 }])).toBe(`${end}ms (a|)`, { a: ['49 overloaded 1'] });
  });
});

const suspendedFor = (suspended: number) =>
  story({}, [{ hangs: { after: 12, for: 25, how: 'loop' } }], NEVER, { at: 22, for: suspended });

marbles('the time in which the master itself was stopped does not count', ({ expectObservable }) => {
  expectObservable(suspendedFor(3_600_000)).toBe(`${end}ms (a|)`, { a: [] });
  expectObservable(suspendedFor(0).pipe(map(([first]) => first))).toBe(`${end}ms (a|)`, { a: '35 hung 1 loop' });
});

marbles('without the option nobody is watched', ({ expectObservable }) => {
  const told = story({ health: false }, [{ hangs: { after: 12, how: 'loop' } }, { answersHeartbeats: 4 }]);

  expectObservable(told).toBe(`${end}ms (a|)`, { a: [] });
});

marbles('a worker whose preload does not answer heartbeats is not watched', ({ expectObservable }) => {
  expectObservable(story({}, [{}])).toBe(`${end}ms (a|)`, { a: [] });
});
