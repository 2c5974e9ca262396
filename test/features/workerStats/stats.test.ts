import { expect, test } from 'vitest';
import { concat, filter, map, NEVER, Observable, of } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { configure } from '../../../src/config/configure.js';
import type { Config } from '../../../src/config/options.js';
import { environment } from '../../../src/host/environment.js';
import type { StatsEvent } from '../../../src/features/workerStats/events.js';
import { name } from '../../../src/features/workerStats/state.js';
import { decodeEvent, describeEvent, is } from '../../../src/index.js';
import { cluster$ } from '../../../src/streams/cluster.js';
import { rehearse, simulatedHost } from '../../../src/testing.js';
import { latencyBounds } from '../../../src/vocabulary/stats.js';
import { asLetters, marbles } from '../../marbles.js';
import { clusterOptions } from '../../clusterOptions.js';

const asText = map(({ worker, uptime, age, report }: StatsEvent) =>
  [worker.id, uptime, age, report?.connections].join(' '),
);

marbles('with the option each worker is sampled each second, from its fork', ({ expectObservable }) => {
  const host = simulatedHost({
    behave: (_, fork) => ({
      report: (age) => ({ connections: fork * age }),
      ...(fork === 1 && { crashes: { after: 1_500 } }),
    }),
  });
  const stats$ = rehearse(host, { worker: 1, stats: true, backoff: { initial: 0 } }).pipe(filter(is('stats')), asText);
  expectObservable(stats$, '3600ms !').toBe('1s a 1499ms b 999ms c', {
    a: '1 1000 0 1000',
    b: '2 1000 0 2000',
    c: '2 2000 0 4000',
  });
});

marbles('without the option there are no samples', ({ expectObservable }) => {
  expectObservable(rehearse(simulatedHost(), { worker: 2 }).pipe(filter(is('stats'))), '10s !').toBe('');
});

marbles(
  'without the option they are sampled while somebody wants it, each from then on',
  ({ expectObservable, hot }) => {
    const wanted$ = hot('1500ms t 2499ms f', { t: true, f: false });
    const host = {
      ...simulatedHost(),
      wanted$: () => concat(of(false), wanted$),
    };
    const letters$ = cluster$(host, clusterOptions({ worker: 2 }), NEVER).pipe(filter(is('stats')), asLetters());
    expectObservable(letters$, '10s !').toBe('2500ms (ii) 996ms (ii)');
  },
);

test('nothing is left of a thousand pauses and restarts', () => {
  new TestScheduler(expect.unreachable).run(({ flush }) => {
    let subscribed = 0;
    const wanted$ = new Observable<boolean>((subscriber) => {
      subscribed += 1;
      const timers = Array.from({ length: 10 }, (_, n) => setTimeout(() => subscriber.next(n % 2 === 0), n * 10));
      return () => {
        subscribed -= 1;
        for (const timer of timers) clearTimeout(timer);
      };
    });
    const host = {
      ...simulatedHost({ behave: () => ({ crashes: { after: 100 } }) }),
      // Other features want other things.
      wanted$: (what: string) => (what === name ? wanted$ : of(false)),
    };
    let exits = 0;
    let most = 0;
    const running = cluster$(host, clusterOptions({ worker: 2, minUptime: 50 }), NEVER).subscribe(({ type }) => {
      if (type === 'exit') exits += 1;
      most = Math.max(most, subscribed);
      if (exits === 1_000) running.unsubscribe();
    });
    flush();
    expect(exits).toBe(1_000);
    expect(most).toBe(2);
    expect(subscribed).toBe(0);
  });
});

const event: StatsEvent = {
  type: 'stats',
  time: 1,
  seq: 2,
  cluster: 'shop',
  worker: { id: 1, slot: 1, generation: 1, pid: 7, cluster: 'shop' },
  uptime: 2_000,
  usage: { state: 'running', rss: 50 * 2 ** 20, cpu: 30 },
  report: {
    uptime: 1_950,
    eventLoop: { utilization: 0.25, delay: { mean: 1, p50: 1, p99: 2, max: 3 } },
    heap: { used: 1, total: 2, limit: 3 },
    requests: { inFlight: 4, completed: 5, latency: { counts: [...latencyBounds.map(() => 0), 5], sum: 60_000 } },
    connections: 6,
  },
  age: 50,
};

test('an event is plain data that is read again', () => {
  expect(decodeEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  const { usage: _, report: __, age: ___, ...bare } = event;
  expect(decodeEvent(bare)).toEqual(bare);
  expect(decodeEvent({ ...event, report: { ...event.report, connections: 'many' } })).toBeUndefined();
});

test('in the log it is below debug', () => {
  expect(describeEvent(event)).toEqual([
    'trace',
    'worker 1 (slot 1, pid 7): 50 MB, event loop 25 % busy, 4 requests in flight',
  ]);
  const { usage: _, report: __, ...bare } = event;
  expect(describeEvent(bare)?.[1]).toContain('the system does not tell what it uses, it does not report');
});

const completed = (options: unknown) =>
  // As they come from somewhere without types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  configure(options as Config, { ...environment(), main: '/srv/shop/master.js' }).options.stats;

test('the option is true or false, by default false, and needs no preload', () => {
  expect(completed({})).toBe(false);
  expect(completed({ stats: true, preload: false })).toBe(true);
  expect(() => completed({ stats: 'yes' })).toThrow('stats: expected true or false, got "yes"');
});
