import { type Observable, Subscription } from 'rxjs';
import { type ClusterEvent, events$, type Slot, stats$, type StatsEvent, workers$ } from '../index.js';
import { loadApi, scope } from './api.js';
import { eventCounts } from './eventCounts.js';
import type { OtelMeter, OtelObservable, OtelResult } from './meter.js';
import { slotTotals } from './slotTotals.js';

export interface MetricsOptions {
  /** Default: the meter `proteus-cluster` of the registered provider. Without an SDK it does nothing. */
  readonly meter?: OtelMeter | undefined;
  /** The events to count. Default: `events$`, those of all clusters of this process. */
  readonly events$?: Observable<ClusterEvent> | undefined;
  /** The samples to measure. Default: `stats$`, so the workers are sampled each second. */
  readonly stats$?: Observable<StatsEvent> | undefined;
}

type Kind = 'createObservableCounter' | 'createObservableGauge' | 'createObservableUpDownCounter';

/**
 * Measures clusters and workers with OpenTelemetry: the metrics of docs/metrics.md that the master can know, with the names of the semantic conventions.
 *
 * Returns a subscription: unsubscribing ends it and removes the callbacks from the meter. Throws an `Error` if `@opentelemetry/api` is not installed.
 *
 * @example
 * metrics();
 * cluster$({ exec: 'worker.js', pid: 'master.pid' }).subscribe();
 */
export const metrics = ({
  meter,
  events$: source$ = events$,
  stats$: samples$ = stats$,
}: MetricsOptions = {}): Subscription => {
  const used = meter ?? loadApi('metrics()').metrics.getMeter(scope);
  const subscription = new Subscription();
  const observe = (kind: Kind, name: string, description: string, unit: string, read: (result: OtelResult) => void) => {
    const instrument: OtelObservable = used[kind](name, { description, unit });
    instrument.addCallback(read);
    subscription.add(() => instrument.removeCallback(read));
  };

  const count = eventCounts(used);
  const totals = slotTotals();
  let slots: readonly Slot[] = [];
  const samples = new Map<number, StatsEvent>();
  subscription.add(
    source$.subscribe((event) => {
      count(event);
      if (event.type !== 'exit') return;
      samples.delete(event.worker.id);
      totals.end(event.worker.id);
    }),
  );
  subscription.add(
    samples$.subscribe((event) => {
      samples.set(event.worker.id, event);
      totals.add(event);
    }),
  );
  subscription.add(
    workers$.subscribe((current) => {
      slots = current;
    }),
  );

  observe(
    'createObservableUpDownCounter',
    'proteus_cluster.size',
    'How many slots the cluster has.',
    '{slot}',
    (result) => byCluster(slots, ({ open }) => open, result),
  );
  observe(
    'createObservableUpDownCounter',
    'proteus_cluster.ready_slots',
    'Slots with a worker that is ready and not paused.',
    '{slot}',
    (result) =>
      byCluster(
        slots,
        ({ open, workers }) => open && workers.some(({ ready, leaving, withdrawn }) => ready && !leaving && !withdrawn),
        result,
      ),
  );
  observe(
    'createObservableUpDownCounter',
    'proteus_cluster.vacant_slots',
    'Slots that have no worker and get none before the next restart or scaling.',
    '{slot}',
    (result) => byCluster(slots, ({ open, vacant }) => open && vacant, result),
  );
  for (const { kind, name, description, unit, read } of measurements)
    observe(kind, name, description, unit, (result) => {
      for (const { worker, ...sample } of samples.values()) {
        const value = read(sample);
        if (value !== undefined)
          result.observe(value, { cluster: worker.cluster, slot: worker.slot, generation: worker.generation });
      }
    });
  for (const { name, description, unit, read } of sums)
    observe('createObservableCounter', name, description, unit, (result) => {
      for (const total of totals.all()) result.observe(read(total), { cluster: total.cluster, slot: total.slot });
    });
  return subscription;
};

const byCluster = (slots: readonly Slot[], counts: (slot: Slot) => boolean, result: OtelResult): void => {
  const sums = new Map<string, number>();
  for (const slot of slots) sums.set(slot.cluster, (sums.get(slot.cluster) ?? 0) + Number(counts(slot)));
  for (const [cluster, sum] of sums) result.observe(sum, { cluster });
};

interface Measurement {
  readonly kind: Kind;
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly read: (sample: Pick<StatsEvent, 'uptime' | 'usage' | 'report' | 'age'>) => number | undefined;
}

const gauge = (name: string, description: string, unit: string, read: Measurement['read']): Measurement => ({
  kind: 'createObservableGauge',
  name,
  description,
  unit,
  read,
});

const amount = (name: string, description: string, unit: string, read: Measurement['read']): Measurement => ({
  ...gauge(name, description, unit, read),
  kind: 'createObservableUpDownCounter',
});

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

/** Of the last sample of each worker. */
const measurements: readonly Measurement[] = [
  gauge('process.uptime', 'For how long the worker has run.', 's', ({ uptime }) => uptime / 1000),
  gauge('proteus_cluster.sample_age', 'How old the last report of the worker is.', 's', ({ age }) => seconds(age)),
  amount('process.memory.usage', 'The resident memory of the worker.', 'By', ({ usage }) => usage?.rss),
  gauge(
    'nodejs.eventloop.utilization',
    'The share of the time in which the event loop of the worker was busy.',
    '1',
    ({ report }) => report?.eventLoop.utilization,
  ),
  ...(['mean', 'p50', 'p99', 'max'] as const).map((key) =>
    gauge(`nodejs.eventloop.delay.${key}`, `How late timers of the worker were: ${key}.`, 's', ({ report }) =>
      seconds(report?.eventLoop.delay[key]),
    ),
  ),
  amount(
    'v8js.memory.heap.used',
    'The memory that the objects of the worker use.',
    'By',
    ({ report }) => report?.heap.used,
  ),
  amount(
    'v8js.memory.heap.limit',
    'The memory that the objects of the worker may use at most.',
    'By',
    ({ report }) => report?.heap.limit,
  ),
  amount(
    'http.server.active_requests',
    'HTTP requests that the worker is answering.',
    '{request}',
    ({ report }) => report?.requests.inFlight,
  ),
  amount(
    'proteus_cluster.connections',
    'Open connections of the servers of the worker.',
    '{connection}',
    ({ report }) => report?.connections,
  ),
];

/** Of all workers of a slot together, so they do not go back when a worker is replaced. */
const sums = [
  {
    name: 'process.cpu.time',
    description:
      'The CPU time that the workers of the slot have used while they were sampled, user and system together.',
    unit: 's',
    read: ({ cpu }: { readonly cpu: number }) => cpu / 1000,
  },
  {
    name: 'proteus_cluster.requests',
    description: 'HTTP requests that the workers of the slot have answered while they were sampled.',
    unit: '{request}',
    read: ({ requests }: { readonly requests: number }) => requests,
  },
  {
    name: 'proteus_cluster.request_time',
    description: 'The durations of these requests, added up.',
    unit: 's',
    read: ({ requestTime }: { readonly requestTime: number }) => requestTime / 1000,
  },
] as const;
