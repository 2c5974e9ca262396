import { nameWidthOf, type Picture } from '../drawing.js';
import type { ClusterEvent } from '../index.js';
import { type ClusterTimeline, clusterTimeline, type Limits } from './clusterTimeline.js';
import { columnsFor } from './columns.js';

/** What has happened in a master, as far as a picture can show it. */
export interface Timeline {
  readonly add: (event: ClusterEvent) => void;
  /** The time of the last event, as if no clock had been set back. */
  readonly last: () => number;
  /** What that is for a time of the clock. */
  readonly timeOf: (clock: number) => number;
  /** Whether a cluster may go on. */
  readonly runs: () => boolean;
  /** A picture of each cluster, between two such times; none if nothing is known of that time. What was before is forgotten. */
  readonly pictures: (since: number, until: number) => readonly Picture[];
}

export interface TimelineLimits extends Limits {
  /** How many columns there are at most, by the characters that the names of rows need. */
  readonly columns: (nameWidth: number) => number;
}

/** The clocks of events are those of processes of one machine: one that goes back further than this was set. */
const clockTolerance = 1_000;

const mostClusters = 100;

/** Keeps what pictures of the last time can show, and forgets the rest. So its size is limited, whatever comes for however long. */
export const timeline = (limits: TimelineLimits): Timeline => {
  const clusters = new Map<string, ClusterTimeline>();
  let last = -Infinity;
  /** How far the clock was set back since the first event. Times are kept as if it had not been. */
  let setBack = 0;

  const clusterOf = (name: string): ClusterTimeline => {
    const cluster = clusters.get(name) ?? clusterTimeline(name, limits);
    clusters.set(name, cluster);
    const [first = name] = clusters.keys();
    if (clusters.size > mostClusters) clusters.delete(first);
    return cluster;
  };

  return {
    add: (event) => {
      // Nobody's, such as an error of a subscriber of this process.
      if (event.cluster === '' || event.type === 'message' || event.type === 'stats') return;
      if (event.time + setBack < last - clockTolerance) setBack = last - event.time;
      const time = Math.max(last, event.time + setBack);
      last = time;
      clusterOf(event.cluster).add(time === event.time ? event : { ...event, time });
    },
    last: () => last,
    timeOf: (clock) => Math.max(last, clock + setBack),
    runs: () => Array.from(clusters.values()).some((cluster) => cluster.runs()),
    pictures: (since, until) => {
      for (const [name, cluster] of clusters) if (!cluster.forget(since)) clusters.delete(name);
      const drawn = Array.from(clusters.values());
      const begin = Math.max(since, Math.min(...drawn.map((cluster) => cluster.begin())));
      if (begin > until) return [];
      const nameWidth = nameWidthOf(drawn.flatMap((cluster) => cluster.names()));
      const columns = columnsFor(begin, until, limits.columns(nameWidth));
      return drawn.map((cluster) => cluster.picture(columns, columns.begin - setBack));
    },
  };
};
