import { type ClusterEvent, is } from '../index.js';
import type { Sample } from './script.js';

/** A worker is recycled for its memory after five samples in a row, one a second. */
const beforeRecyclingMs = 4_500;

/** The samples of a process that was forked at `forkedAt`; without `stats` events what a `recycle` event says it had. */
export const samplesOf = (events: readonly ClusterEvent[], forkedAt: number): readonly Sample[] => {
  const stats = events.filter(is('stats'));
  if (stats.length > 0)
    return stats.map(({ time, usage, report }) => ({
      after: time - forkedAt,
      rss: usage?.rss,
      requests: report?.requests.completed,
    }));
  return events.filter(is('recycle')).flatMap(({ time, why, value }): readonly Sample[] => {
    const age = time - forkedAt;
    if (why === 'memory') return [{ after: Math.max(0, age - beforeRecyclingMs), rss: value }];
    return why === 'requests' ? [{ after: age, requests: value }] : [];
  });
};
