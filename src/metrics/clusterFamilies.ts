import { latencyBounds, type Slot, type SlotWorker } from '../index.js';
import type { Collector } from './collectors.js';
import type { Family, Labels, Sample } from './family.js';
import { histogramSamples } from './histogram.js';
import { currentWorker, phaseOf, slotsOf, type WorkerPhase } from './slots.js';
import type { Tally } from './tally.js';
import type { TakenSample } from './workerSamples.js';

/** A worker that has not reported for this time is not up, in ms. It reports each second. */
const silentAfterMs = 5_000;
const phases: readonly WorkerPhase[] = ['starting', 'ready', 'paused', 'leaving'];
const latencySeconds = latencyBounds.map((ms) => ms / 1000);

/** A slot, its worker and the last sample of that worker. */
interface Place {
  readonly labels: Labels;
  readonly slot: Slot;
  readonly worker: SlotWorker | undefined;
  readonly sample: TakenSample | undefined;
}

/** The metrics of one cluster and its workers. The families of several clusters have the same names. */
export const clusterFamilies = (collector: Collector, now: number): readonly Family[] => {
  const { cluster, counts, samples, application, traffic, readiness, reports } = collector;
  const all = slotsOf(cluster);
  const open = all.filter((slot) => slot.open);
  const workers = all.flatMap((slot) => slot.workers);
  const { tallies, drains, rollTimes } = counts;
  const whole: Labels = { cluster };
  const inSlot = (slot: number): Labels => ({ cluster, slot: String(slot) });
  const places = open.map((slot): Place => {
    const worker = currentWorker(slot);
    return { labels: inSlot(slot.slot), slot, worker, sample: worker && samples.last(worker.id) };
  });
  const ofPlaces = (read: (place: Place) => number | undefined): readonly Sample[] =>
    places.flatMap((place) => {
      const value = read(place);
      return value === undefined ? [] : [{ suffix: '', labels: place.labels, value }];
    });
  const reported = (read: (report: NonNullable<TakenSample['event']['report']>) => number) =>
    ofPlaces(({ sample }) => sample?.event.report && read(sample.event.report));
  const counted = (tally: Tally): readonly Sample[] => tally.samples('_total', whole);
  const totals = [...samples.totals()];
  const sent = traffic();
  const quiet = open.filter(({ slot }) => !sent.some((other) => other.slot === slot));
  const sums = [...sent, ...quiet.map(({ slot }) => ({ slot, messages: 0, stdoutLines: 0, stderrLines: 0 }))];

  return [
    gauge('proteus_cluster_size', undefined, 'How many slots the cluster has.', one(whole, open.length)),
    gauge(
      'proteus_cluster_vacant_slots',
      undefined,
      'Slots that have no worker and get none before the next restart or scaling.',
      one(whole, open.filter(({ vacant }) => vacant).length),
    ),
    gauge(
      'proteus_cluster_ready_slots',
      undefined,
      'Slots with a worker that is ready and not paused.',
      one(whole, readiness().ready),
    ),
    gauge(
      'proteus_cluster_workers',
      undefined,
      'Worker processes by what they do: starting, ready, paused or leaving.',
      phases.map((state) => ({
        suffix: '',
        labels: { cluster, state },
        value: workers.filter((worker) => phaseOf(worker) === state).length,
      })),
    ),
    gauge(
      'proteus_cluster_up',
      undefined,
      '1 if the slot has a ready worker whose event loop turns; 0 if it has none, or if the worker is silent, hung or stopped.',
      ofPlaces((place) => Number(isUp(place, collector, now))),
    ),
    gauge(
      'proteus_cluster_sample_age',
      'seconds',
      'How old the last report of the worker of the slot is.',
      ofPlaces(({ sample }) => sample && ageOf(sample, now, reports) / 1000),
    ),
    {
      name: 'proteus_cluster_worker',
      type: 'info',
      help: 'The worker of each slot: its id, its pid and its generation.',
      samples: places.flatMap(({ labels, worker }): Sample[] =>
        worker === undefined
          ? []
          : [
              {
                suffix: '_info',
                labels: {
                  ...labels,
                  worker: String(worker.id),
                  pid: String(worker.pid ?? ''),
                  generation: String(worker.generation),
                },
                value: 1,
              },
            ],
      ),
    },
    counter(
      'proteus_cluster_forks',
      undefined,
      'Workers that were started: at the start, by a scaling, as a respawn after a crash, or in a rolling restart.',
      counted(tallies.forks),
    ),
    counter(
      'proteus_cluster_exits',
      undefined,
      'Workers that have exited: requested by the master, left by itself, by a crash, or could not be spawned.',
      counted(tallies.exits),
    ),
    counter(
      'proteus_cluster_crashes',
      undefined,
      'Workers that have failed, by cause: error (an uncaught error), the name of a signal, code (an exit code), spawn or hung.',
      counted(tallies.crashes),
    ),
    counter(
      'proteus_cluster_kills',
      undefined,
      'Signals that the master has sent to end workers.',
      counted(tallies.kills),
    ),
    counter(
      'proteus_cluster_cut_connections',
      undefined,
      'Connections that leaving workers have closed and that may have been in use.',
      counted(tallies.cutConnections),
    ),
    histogramOf(
      'proteus_cluster_drain_duration',
      'How long workers took to leave, from the request or their own decision to the exit.',
      drains.samples(whole),
    ),
    gauge('proteus_cluster_rolling', undefined, '1 during a rolling restart.', one(whole, Number(counts.rolls()))),
    counter(
      'proteus_cluster_rolls',
      undefined,
      'Rolling restarts by outcome: done, aborted or cancelled.',
      counted(tallies.rolls),
    ),
    histogramOf('proteus_cluster_roll_duration', 'How long rolling restarts took.', rollTimes.samples(whole)),
    counter(
      'proteus_cluster_events',
      undefined,
      'Events of the cluster by type. Messages and samples are not among them.',
      counted(tallies.events),
    ),
    counter(
      'proteus_cluster_messages',
      undefined,
      'Messages that workers have sent to the master.',
      sums.map(({ slot, messages }) => ({ suffix: '_total', labels: inSlot(slot), value: messages })),
    ),
    counter(
      'proteus_cluster_log_lines',
      undefined,
      'Lines that workers have written and the master has read.',
      sums.flatMap(({ slot, stdoutLines, stderrLines }): Sample[] => [
        { suffix: '_total', labels: { ...inSlot(slot), output: 'stdout' }, value: stdoutLines },
        { suffix: '_total', labels: { ...inSlot(slot), output: 'stderr' }, value: stderrLines },
      ]),
    ),
    counter(
      'proteus_cluster_log_dropped_lines',
      undefined,
      'Lines that the log has dropped, because it had no room.',
      counted(tallies.droppedLines),
    ),
    counter(
      'process_cpu_time',
      'seconds',
      'The CPU time that the workers of the slot have used while they were sampled, user and system together.',
      totals.map(([slot, { cpu }]) => ({ suffix: '_total', labels: inSlot(slot), value: cpu / 1000 })),
    ),
    gauge(
      'process_memory_usage',
      'bytes',
      'The resident memory of the worker.',
      ofPlaces(({ sample }) => sample?.event.usage?.rss),
    ),
    gauge(
      'process_uptime',
      'seconds',
      'For how long the worker has run.',
      ofPlaces(({ sample }) => sample && (sample.event.uptime + now - sample.at) / 1000),
    ),
    gauge(
      'nodejs_eventloop_utilization',
      'ratio',
      'The share of the time in which the event loop of the worker was busy.',
      reported(({ eventLoop }) => eventLoop.utilization),
    ),
    gauge(
      'nodejs_eventloop_delay_mean',
      'seconds',
      'How late timers of the worker were, on average.',
      reported(({ eventLoop }) => eventLoop.delay.mean / 1000),
    ),
    gauge(
      'nodejs_eventloop_delay_p50',
      'seconds',
      'How late timers of the worker were: half of them were not later.',
      reported(({ eventLoop }) => eventLoop.delay.p50 / 1000),
    ),
    gauge(
      'nodejs_eventloop_delay_p99',
      'seconds',
      'How late timers of the worker were: 99 % were not later.',
      reported(({ eventLoop }) => eventLoop.delay.p99 / 1000),
    ),
    gauge(
      'nodejs_eventloop_delay_max',
      'seconds',
      'How late timers of the worker were at most.',
      reported(({ eventLoop }) => eventLoop.delay.max / 1000),
    ),
    gauge(
      'v8js_memory_heap_used',
      'bytes',
      'The memory that the objects of the worker use.',
      reported(({ heap }) => heap.used),
    ),
    gauge(
      'v8js_memory_heap_total',
      'bytes',
      'The memory that V8 has reserved for objects of the worker.',
      reported(({ heap }) => heap.total),
    ),
    gauge(
      'v8js_memory_heap_limit',
      'bytes',
      'The memory that the objects of the worker may use at most.',
      reported(({ heap }) => heap.limit),
    ),
    gauge(
      'http_server_active_requests',
      undefined,
      'HTTP requests that the worker is answering.',
      reported(({ requests }) => requests.inFlight),
    ),
    gauge(
      'proteus_cluster_connections',
      undefined,
      'Open connections of the servers of the worker.',
      reported(({ connections }) => connections),
    ),
    histogramOf(
      'http_server_request_duration',
      'How long HTTP requests took, from their start to the end of the answer.',
      totals.flatMap(([slot, { requests, requestTime }]) =>
        histogramSamples(latencySeconds, requests, requestTime / 1000, inSlot(slot)),
      ),
    ),
    gauge(
      'proteus_cluster_application_age',
      'seconds',
      "How old the last answer of a worker with the application's metrics is, the oldest of each slot.",
      oldest(application.ages(now)).map(([slot, age]) => ({ suffix: '', labels: inSlot(slot), value: age / 1000 })),
    ),
  ];
};

/** How old the last report of a worker is; of one that has not reported yet, since when it is sampled. Without the preload no worker reports. */
const ageOf = ({ event, at, since }: TakenSample, now: number, reports: boolean): number => {
  if (event.age !== undefined) return now - at + event.age;
  return reports ? now - since : now - at;
};

const isUp = ({ worker, sample }: Place, { counts, reports }: Collector, now: number): boolean => {
  if (worker === undefined || !worker.ready || worker.leaving || counts.hangs(worker.id)) return false;
  return (
    sample === undefined || (sample.event.usage?.state !== 'stopped' && ageOf(sample, now, reports) <= silentAfterMs)
  );
};

const oldest = (
  ages: readonly { readonly slot: number; readonly age: number }[],
): readonly (readonly [number, number])[] => {
  const bySlot = new Map<number, number>();
  for (const { slot, age } of ages) bySlot.set(slot, Math.max(age, bySlot.get(slot) ?? 0));
  return [...bySlot];
};

const one = (labels: Labels, value: number): readonly Sample[] => [{ suffix: '', labels, value }];

const family =
  (type: Family['type']) =>
  (name: string, unit: string | undefined, help: string, samples: readonly Sample[]): Family => ({
    name: unit === undefined ? name : `${name}_${unit}`,
    type,
    help,
    ...(unit !== undefined && { unit }),
    samples,
  });
const gauge = family('gauge');
const counter = family('counter');
const histogramOf = (name: string, help: string, samples: readonly Sample[]): Family =>
  family('histogram')(name, 'seconds', help, samples);
