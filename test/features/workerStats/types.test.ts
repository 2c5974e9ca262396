import { filter, type Observable } from 'rxjs';
import { expectTypeOf, test } from 'vitest';
import {
  events$,
  is,
  type ProcessUsage,
  stats$,
  type StatsEvent,
  type WorkerRef,
  type WorkerReport,
} from '../../../src/index.js';

// `tsc` checks this file. Nothing in it is called.
const neverCalled: (calls: () => unknown) => void = () => {};

test('stats$ emits samples, in which what is not known is left out', () => {
  expectTypeOf(stats$).toExtend<Observable<StatsEvent>>();
  neverCalled(() => {
    stats$.subscribe(({ type, worker, uptime, usage, report, age }) => {
      expectTypeOf(type).toEqualTypeOf<'stats'>();
      expectTypeOf(worker).toEqualTypeOf<WorkerRef>();
      expectTypeOf(uptime).toEqualTypeOf<number>();
      expectTypeOf(usage).toEqualTypeOf<ProcessUsage | undefined>();
      expectTypeOf(report).toEqualTypeOf<WorkerReport | undefined>();
      expectTypeOf(age).toEqualTypeOf<number | undefined>();
      // @ts-expect-error it may be unknown
      void usage.rss;
      // @ts-expect-error a worker that has not reported has no requests
      void report.requests.inFlight;
      expectTypeOf(usage?.state).toEqualTypeOf<'running' | 'stopped' | undefined>();
      expectTypeOf(report?.eventLoop.utilization).toEqualTypeOf<number | undefined>();
      expectTypeOf(report?.requests.latency.counts).toEqualTypeOf<readonly number[] | undefined>();
    });
  });
});

test('a sample is an event', () => {
  neverCalled(() => {
    events$.pipe(filter(is('stats'))).subscribe((event) => expectTypeOf(event).toEqualTypeOf<StatsEvent>());
    // @ts-expect-error nobody sends samples
    stats$.next();
  });
});
