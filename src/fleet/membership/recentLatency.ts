import { type ClusterEvent, type EventOf, quantile, statsBetween, type StatsEvent } from '../../index.js';

/** The samples of the last 10 s. */
const windowMs = 10_000;

/** The last samples of each worker, by its id. */
export type RecentSamples = ReadonlyMap<number, readonly StatsEvent[]>;

/** The samples after one more, or after the end of a worker. */
export const foldSamples = (samples: RecentSamples, event: EventOf<ClusterEvent, 'stats' | 'exit'>): RecentSamples => {
  const after = new Map(samples);
  if (event.type === 'exit') after.delete(event.worker.id);
  else {
    const before = samples.get(event.worker.id) ?? [];
    after.set(event.worker.id, [...before.filter(({ uptime }) => event.uptime - uptime <= windowMs), event]);
  }
  return after;
};

/** The 99th percentile of the requests of a cluster, in ms. `undefined` without requests. */
export const recentP99 = (samples: RecentSamples, cluster: string): number | undefined => {
  const latencies = Array.from(samples.values())
    .filter(([first]) => first?.cluster === cluster)
    .map((ofWorker) => {
      const [first, last] = [ofWorker[0], ofWorker.at(-1)];
      return first === undefined || last === undefined ? undefined : statsBetween(first, last)?.requests?.latency;
    })
    .filter((latency) => latency !== undefined);
  return quantile(0.99, ...latencies);
};
