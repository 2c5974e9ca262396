import { asyncScheduler, delay, filter, map, NEVER, type Observable, of, Subject, tap } from 'rxjs';
import { describe } from 'vitest';
import { is } from '../../../src/api/is.js';
import type { AutoscaleOptions } from '../../../src/operators/scaling/autoscaleOptions.js';
import type { WorkerSample } from '../../../src/operators/scaling/knownWorkers.js';
import { rehearse } from '../../../src/testing/rehearse.js';
import { type WorkerBehaviour, simulatedHost } from '../../../src/testing/simulatedHost.js';
import type { ClusterCommand } from '../../../src/vocabulary/events.js';
import { marbles } from '../../marbles.js';
import { autoscale, megabyte } from './service.js';

interface Rehearsed {
  /** How many workers would be busy all the time, at this second. */
  readonly load: (second: number) => number;
  /** How a worker differs, by the count of forks. */
  readonly behave?: (fork: number) => WorkerBehaviour;
  readonly commands$?: Observable<ClusterCommand>;
}

/** The whole master, whose workers share a load, and which has as many as `autoscale` says: the reasons of its `scale` events. */
const rehearsed = (options: AutoscaleOptions, { load, behave = () => ({}), commands$ = NEVER }: Rehearsed) => {
  const sample$ = new Subject<WorkerSample>();
  const begun = asyncScheduler.now();
  const host = simulatedHost({
    behave: (_, fork) => ({
      online: 500,
      listening: 3_000,
      usage: () => ({ rss: 100 * megabyte }),
      report: (age) => {
        const share = load((asyncScheduler.now() - begun) / 1_000) / host.running();
        const utilization = age < 3_000 ? 1 : Math.min(1, share);
        return { eventLoop: { utilization, delay: { mean: 12, p50: 11, p99: share > 1 ? 900 : 20, max: 900 } } };
      },
      ...behave(fork),
    }),
  });
  const event$ = rehearse(host, { worker: sample$.pipe(autoscale(options)), stats: true }, commands$).pipe(
    tap((event) => {
      if (event.type === 'stats') sample$.next(event);
    }),
  );
  return { event$, host };
};
const scaled = (options: AutoscaleOptions, service: Rehearsed) =>
  rehearsed(options, service).event$.pipe(
    filter(is('scale')),
    map(({ from, to, why }) => `${from} to ${to}: ${why}`),
  );

describe('a rehearsed master with autoscale()', () => {
  marbles('begins with min before its first fork', ({ expectObservable }) => {
    const unsub = '   ----!';
    const expected = '(cfff)';

    const { event$ } = rehearsed({ min: 3 }, { load: () => 0 });
    const told$ = event$.pipe(
      filter(is('scale', 'fork')),
      map(({ type }) => (type === 'scale' ? 'c' : 'f')),
    );
    expectObservable(told$, unsub).toBe(expected);
  });

  marbles('follows the load up and down, through crashes, with a reason in each event', ({ expectObservable }) => {
    const unsub = '   300s !';
    const expected = 'm 19999ms a 19999ms b 134999ms c 19999ms d 19999ms e';

    // The second worker crashes at about 55 s.
    const decision$ = scaled(
      { min: 1, max: 8, emergency: false },
      {
        load: (second) => (second < 120 ? 1.9 : 0.2),
        behave: (fork) => (fork === 2 ? { crashes: { after: 35_000 } } : {}),
      },
    );
    expectObservable(decision$, unsub).toBe(expected, {
      m: '2 to 1: autoscale() begins with min',
      a: '1 to 2: event loops 100 % busy over 10 s',
      b: '2 to 4: event loops 95 % busy over 10 s',
      c: '4 to 3: event loops at most 26 % busy in the last 60 s',
      d: '3 to 2: event loops at most 7 % busy in the last 60 s',
      e: '2 to 1: event loops at most 10 % busy in the last 60 s',
    });
  });

  marbles('keeps the size in a rolling restart', ({ expectObservable }) => {
    const unsub = '   300s !';
    const expected = 'm';

    const restart: ClusterCommand = { type: 'restart', request: 'r', why: 'asked' };
    const commands$ = of(restart).pipe(delay(100_000));
    expectObservable(scaled({ min: 4 }, { load: () => 2.6, commands$ }), unsub).toBe(expected, {
      m: '2 to 4: autoscale() begins with min',
    });
  });

  marbles('counts a worker that is hung as busy', ({ expectObservable }) => {
    const unsub = '   100s !';
    const expected = 'm 70999ms u';

    // The second worker reports nothing after 60 s, and did little before.
    const idle = { eventLoop: { utilization: 0.1, delay: { mean: 12, p50: 11, p99: 20, max: 20 } } };
    const behave = (fork: number): WorkerBehaviour =>
      fork === 2 ? { report: (age) => (age < 60_000 ? idle : undefined) } : {};
    expectObservable(scaled({ min: 2 }, { load: () => 1.5, behave }), unsub).toBe(expected, {
      m: '2 to 2: autoscale() begins with min',
      u: '2 to 4: event loops 83 % busy over 10 s',
    });
  });

  marbles('adds no worker that does not fit into memory', ({ expectObservable }) => {
    const unsub = '   100s !';
    const expected = 'm 12999ms a 12999ms b';

    expectObservable(scaled({ min: 2, memory: 350 * megabyte }, { load: () => 9 }), unsub).toBe(expected, {
      m: '2 to 2: autoscale() begins with min',
      a: '2 to 3: event loops 900 ms late for 3 s',
      b: '3 to 3: event loops 900 ms late for 3 s, but 350 MB of memory have no room for another one of 100 MB',
    });
  });
});
