import { checkValue } from '../../validation/check.js';
import { between } from '../../validation/rule.js';
import { type Latency, latencyBounds } from '../../vocabulary/stats.js';

const share = between(0, 1);

/**
 * The time, in ms, in which this share of requests was answered, of one histogram or of several together. It is interpolated within a bucket; of those in the last bucket it is the bound above
 * which they are. `undefined` if there was no request. Throws `ConfigError` for a share that is not from 0 to 1.
 *
 * @example
 * quantile(0.99, ...reports.map(({ requests }) => requests.latency));
 */
export const quantile = (q: number, ...latencies: readonly Pick<Latency, 'counts'>[]): number | undefined => {
  checkValue('quantile()', share, q);
  const counts = [...latencyBounds, Infinity].map((_, bucket) =>
    latencies.reduce((sum, latency) => sum + (latency.counts[bucket] ?? 0), 0),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= q * total) {
      const from = latencyBounds[bucket - 1] ?? 0;
      const to = latencyBounds[bucket] ?? from;
      return from + (to - from) * Math.max(0, (q * total - below) / count);
    }
    below += count;
  }
  return latencyBounds.at(-1);
};
