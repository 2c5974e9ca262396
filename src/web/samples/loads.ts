import { quantile, type StatsEvent, statsBetween } from '../../index.js';

/** What a worker did in the last second or so. What is not known is left out. */
export interface Load {
  readonly time: number;
  readonly cluster: string;
  readonly id: number;
  readonly slot: number;
  /** In cores. */
  readonly cpu?: number;
  /** In bytes. */
  readonly rss?: number;
  /** The share of the time in which its event loop was busy. Left out if it does not report. */
  readonly loop?: number;
  /** Requests a second. */
  readonly rate?: number;
  /** In ms. */
  readonly p50?: number;
  readonly p99?: number;
  /** How many requests were answered in which time: the histogram from which several workers are added. */
  readonly counts?: readonly number[];
  readonly inFlight?: number;
}

/** The last sample of each worker, and what was computed of it. */
export interface Loads {
  readonly samples: ReadonlyMap<number, StatsEvent>;
  readonly last: ReadonlyMap<number, Load>;
}

export const noLoads: Loads = { samples: new Map(), last: new Map() };

/** A worker that has not been sampled for so long has left. Also one whose last sample is so much later: the clock was set back since. */
const goneAfterMs = 5_000;
/** An older report says nothing about now. */
const silentAfterMs = 3_000;

/** The loads after further samples, and those of the samples alone. */
export const foldLoads = (
  { samples, last }: Loads,
  further: readonly StatsEvent[],
): { readonly loads: Loads; readonly added: readonly Load[] } => {
  if (further.length === 0) return { loads: { samples, last }, added: [] };
  const nextSamples = new Map(samples);
  const nextLast = new Map(last);
  const added = further.map((sample) => {
    const load = loadOf(nextSamples.get(sample.worker.id), sample);
    nextSamples.set(sample.worker.id, sample);
    nextLast.set(sample.worker.id, load);
    return load;
  });
  const newest = Math.max(...further.map(({ time }) => time));
  for (const [id, { time }] of nextSamples)
    if (Math.abs(newest - time) > goneAfterMs) {
      nextSamples.delete(id);
      nextLast.delete(id);
    }
  return { loads: { samples: nextSamples, last: nextLast }, added };
};

const loadOf = (before: StatsEvent | undefined, sample: StatsEvent): Load => {
  const { time, cluster, worker, usage, report, age = 0 } = sample;
  const rates = before === undefined ? undefined : statsBetween(before, sample);
  const requests = rates?.requests;
  const silent = age > silentAfterMs;
  return withoutUndefined({
    time,
    cluster,
    id: worker.id,
    slot: worker.slot,
    cpu: rates?.cpu,
    rss: usage?.rss,
    loop: silent ? undefined : report?.eventLoop.utilization,
    rate: silent ? undefined : requests?.perSecond,
    p50: requests && quantile(0.5, requests.latency),
    p99: requests && quantile(0.99, requests.latency),
    counts: requests?.latency.counts,
    inFlight: report?.requests.inFlight,
  });
};

type Optional<T> = { readonly [K in keyof T]: T[K] | undefined };

const withoutUndefined = (load: Optional<Load>): Load =>
  // What is left out is optional.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  Object.fromEntries(Object.entries(load).filter(([, value]) => value !== undefined)) as unknown as Load;
