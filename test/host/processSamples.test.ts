import { defer, EMPTY, map, NEVER, type Observable, of, Subject, timer } from 'rxjs';
import { deadlines } from '../../src/host/deadlines.js';
import { processSamples } from '../../src/host/processSamples.js';
import { simulatedHost } from '../../src/testing.js';
import type { ProcessSample, ProcessUsage, WorkerReport } from '../../src/vocabulary/stats.js';
import { marbles, now } from '../marbles.js';

const usage: ProcessUsage = { state: 'running', rss: 1, cpu: 2 };
const reportOf = (uptime: number): WorkerReport => ({
  uptime,
  eventLoop: { utilization: 0, delay: { mean: 0, p50: 0, p99: 0, max: 0 } },
  heap: { used: 0, total: 0, limit: 0 },
  requests: { inFlight: 0, completed: 0, latency: { counts: [], sum: 0 } },
  connections: 0,
});

const samplesOf = (
  report$: Observable<number> | undefined,
  { usage$ = of(usage), exited$ = NEVER }: { usage$?: Observable<ProcessUsage>; exited$?: Observable<unknown> } = {},
) => processSamples({ usage$, exited$, now, deadlines: deadlines(now), report$: report$?.pipe(map(reportOf)) });

/** The report by its uptime, and its age. */
const asText = map(({ report, age, usage: known }: ProcessSample) =>
  [report?.uptime ?? '-', age ?? '-', ...(known === undefined ? ['no usage'] : [])].join(' '),
);
const texts = (...all: readonly string[]) => Object.fromEntries(all.map((text, n) => ['abcdef'[n] ?? '', text]));

marbles('each report is a sample at once', ({ expectObservable, cold }) => {
  const report$ = cold('1003ms x 999ms y', { x: 1, y: 2 });
  expectObservable(samplesOf(report$).pipe(asText), '2100ms !').toBe('1003ms a 999ms b', texts('1 0', '2 0'));
});

/** One that uses all of a core. */
const busy$ = defer(() => of({ ...usage, cpu: now() }));

marbles(
  'of a process that stops to report, samples go on with the last report and its age',
  ({ expectObservable, cold }) => {
    const report$ = cold('1000ms x 3099ms y', { x: 1, y: 2 });
    expectObservable(samplesOf(report$, { usage$: busy$ }).pipe(asText), '4200ms !').toBe(
      '1s a 1249ms b 999ms c 849ms d',
      texts('1 0', '1 1250', '1 2250', '2 0'),
    );
  },
);

marbles(
  'one that does nothing leaves out a report: it is the last one, a second later, and no more than once',
  ({ expectObservable, cold }) => {
    const report$ = cold('1000ms x 1999ms y', { x: 1_000, y: 3_000 });
    expectObservable(samplesOf(report$).pipe(asText), '5300ms !').toBe(
      '1s a 1249ms b 749ms c 1249ms d 999ms e',
      texts('1000 0', '2000 1250', '3000 0', '4000 1250', '4000 2250'),
    );
  },
);

marbles('and one that is stopped does not', ({ expectObservable, cold }) => {
  const report$ = cold('1000ms x', { x: 1_000 });
  const usage$ = of<ProcessUsage>({ ...usage, state: 'stopped' });
  expectObservable(samplesOf(report$, { usage$ }).pipe(asText), '2300ms !').toBe(
    '1s a 1249ms b',
    texts('1000 0', '1000 1250'),
  );
});

marbles('a report that comes while the system is asked is not taken for an older one', ({ expectObservable, cold }) => {
  const report$ = cold('1000ms x 1299ms y', { x: 1_000, y: 2_300 });
  const usage$ = cold('100ms (u|)', { u: usage });
  expectObservable(samplesOf(report$, { usage$ }).pipe(asText), '2400ms !').toBe(
    '1100ms a 1249ms b',
    texts('1000 100', '2300 50'),
  );
});

marbles('processes that report at about the same moment are waited for together', ({ expectObservable, cold }) => {
  const shared = deadlines(now);
  const sampled = (first: number) =>
    processSamples({
      usage$: of(usage),
      exited$: NEVER,
      now,
      deadlines: shared,
      report$: cold(`${first}ms x`, { x: reportOf(first) }),
    }).pipe(map(({ report }) => report?.uptime ?? 0));
  expectObservable(sampled(1_003), '2300ms !').toBe('1003ms a 1246ms b', { a: 1_003, b: 2_003 });
  expectObservable(sampled(1_041), '2300ms !').toBe('1041ms a 1208ms b', { a: 1_041, b: 2_041 });
});

marbles('one that has never reported is sampled all the same', ({ expectObservable }) => {
  expectObservable(samplesOf(NEVER).pipe(asText), '2300ms !').toBe('1250ms a 999ms a', texts('- -'));
});

marbles('without the preload there is the usage, each second', ({ expectObservable }) => {
  expectObservable(samplesOf(undefined).pipe(asText), '2001ms !').toBe('1s a 999ms a', texts('- -'));
});

/** The clock of a master that is stopped for ten minutes. */
const stopped = () => now() + (now() < 2_500 ? 0 : 600_000);

marbles('a master that was stopped for ten minutes takes no sample for each second of them', ({ expectObservable }) => {
  const sample$ = processSamples({
    usage$: of(usage),
    report$: undefined,
    exited$: NEVER,
    now: stopped,
    deadlines: deadlines(stopped),
  });
  expectObservable(sample$.pipe(map(({ uptime }) => uptime)), '5s !').toBe('1s a 999ms b 999ms c 249ms d 999ms e', {
    a: 1_000,
    b: 2_000,
    c: 603_000,
    d: 603_250,
    e: 604_250,
  });
});

marbles('where the system does not tell the usage, the rest comes', ({ expectObservable, cold }) => {
  const report$ = cold('1000ms x', { x: 1 });
  expectObservable(samplesOf(report$, { usage$: EMPTY }).pipe(asText), '1001ms !').toBe('1s a', texts('1 0 no usage'));
});

marbles('a system that is slow to tell the usage is not asked again before it has', ({ expectObservable, cold }) => {
  const usage$ = cold('1500ms (u|)', { u: usage });
  expectObservable(samplesOf(undefined, { usage$ }).pipe(asText), '4600ms !').toBe('2500ms a 1999ms a', texts('- -'));
});

marbles('a worker that reports more often than it is asked to is heard twice a second', ({ expectObservable }) => {
  expectObservable(samplesOf(timer(0, 10)).pipe(asText), '1100ms !').toBe(
    'a 499ms b 499ms c',
    texts('0 0', '50 0', '100 0'),
  );
});

marbles(
  'all subscribers share the reports, and when the last one has gone the process is told',
  ({ expectObservable, expectSubscriptions, cold }) => {
    const report$ = cold('1000ms x 999ms y', { x: 1, y: 2 });
    const sample$ = samplesOf(report$).pipe(asText);
    expectObservable(sample$, '1500ms !').toBe('1s a', texts('1 0'));
    expectObservable(sample$, '500ms ^ 1499ms !').toBe('1s a', texts('1 0'));
    expectSubscriptions(report$.subscriptions).toBe('^ 1999ms !');
  },
);

marbles(
  'samples end with the process, and there are none of one that has ended',
  ({ expectObservable, expectSubscriptions, cold }) => {
    const report$ = cold('1000ms x 999ms y', { x: 1, y: 2 });
    const exited$ = cold('1500ms (x|)');
    expectObservable(samplesOf(report$, { exited$ }).pipe(asText)).toBe('1s a 499ms |', texts('1 0'));
    expectSubscriptions(report$.subscriptions).toBe('^ 1499ms !');
    expectObservable(samplesOf(report$, { exited$: of(0) })).toBe('|');
  },
);

marbles('a simulated process is sampled as its behaviour says, until it exits', ({ expectObservable }) => {
  const host = simulatedHost({
    behave: () => ({
      report: (age) => (age > 2_000 ? undefined : { connections: age / 1_000 }),
      usage: (age) => ({ rss: age }),
      crashes: { after: 3_500 },
    }),
  });
  const sample$ = new Subject<ProcessSample>();
  expectObservable(
    sample$.pipe(
      map(({ report, usage: known, age, uptime }) => [report?.connections, known?.rss, age, uptime].join(' ')),
    ),
  ).toBe('1s a 999ms b 1249ms c 249ms |', texts('1 1000 0 1000', '2 2000 0 2000', '2 3250 1250 3250'));
  host.fork({ cluster: 'test', slot: 1, generation: 1 }).subscribe((event) => {
    if (event.type === 'fork') event.process.sample$.subscribe(sample$);
  });
});
