import { isRecord } from '../../validation/isRecord.js';
import { ConfigError, showValue } from '../../vocabulary/errors.js';
import type { Latency, ProcessUsage, WorkerReport } from '../../vocabulary/stats.js';

/** A sample of a worker: a `stats` event, or what a feature has sampled. */
interface Sample {
  readonly worker?: { readonly id: number };
  readonly uptime: number;
  readonly usage?: ProcessUsage | undefined;
  readonly report?: WorkerReport | undefined;
}

/** What a worker did from one sample to another. */
export interface StatsRates {
  /** The time between the samples, in ms. */
  readonly over: number;
  /** The CPU time it used per time: 1 is one core all the time. `undefined` if the system does not tell. */
  readonly cpu: number | undefined;
  /** `undefined` if the worker has not reported meanwhile. */
  readonly requests:
    | {
        /** HTTP requests that it has answered. */
        readonly perSecond: number;
        /** Their times, for `quantile`. */
        readonly latency: Latency;
      }
    | undefined;
}

/**
 * What a worker did between two of its samples, which need not follow each other; `undefined` if they are of two workers, or the second is not later. Times are those of monotonic clocks, so
 * a step of the system clock changes nothing. Throws `ConfigError` for what is no sample.
 *
 * @example
 * stats$.pipe(filter(({ worker }) => worker.id === 1), pairwise()).subscribe(([before, after]) => {
 *   const rates = statsBetween(before, after);
 *   console.log(rates?.requests?.perSecond, rates?.cpu);
 * });
 */
export const statsBetween = (before: Sample, after: Sample): StatsRates | undefined => {
  for (const sample of [before, after]) {
    if (!isRecord(sample) || typeof sample.uptime !== 'number')
      throw new ConfigError('statsBetween()', `expected two events of stats$, got ${showValue(sample)}`);
  }
  const over = after.uptime - before.uptime;
  if (before.worker?.id !== after.worker?.id || !(over > 0)) return undefined;
  return { over, cpu: cpuBetween(before, after, over), requests: requestsBetween(before.report, after.report) };
};

const cpuBetween = (before: Sample, after: Sample, over: number): number | undefined =>
  before.usage === undefined || after.usage === undefined
    ? undefined
    : Math.max(0, after.usage.cpu - before.usage.cpu) / over;

/** By the worker's own clock: its reports are not as far apart as the samples that have them. */
const requestsBetween = (
  before: WorkerReport | undefined,
  after: WorkerReport | undefined,
): StatsRates['requests'] | undefined => {
  if (before === undefined || after === undefined || after.uptime <= before.uptime) return undefined;
  const completed = Math.max(0, after.requests.completed - before.requests.completed);
  const { counts, sum } = after.requests.latency;
  const earlier = before.requests.latency;
  return {
    perSecond: completed / ((after.uptime - before.uptime) / 1_000),
    latency: {
      counts: counts.map((count, bucket) => Math.max(0, count - (earlier.counts[bucket] ?? 0))),
      sum: Math.max(0, sum - earlier.sum),
    },
  };
};
