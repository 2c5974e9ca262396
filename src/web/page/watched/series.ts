import { quantile } from '../../../index.js';
import { append } from './append.js';
import type { Load } from './loads.js';

/** All workers of a cluster in one second. What is not known is `null`, as charts have it. */
export interface Point {
  /** In s since the epoch. */
  readonly at: number;
  readonly workers: number;
  /** In cores. */
  readonly cpu: number | null;
  /** In bytes. */
  readonly rss: number | null;
  /** The busiest event loop, and the mean of all. */
  readonly loopMax: number | null;
  readonly loopMean: number | null;
  readonly rate: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
}

/** The points of the last hour of a cluster, and the samples of the second that has not ended. */
interface Series {
  readonly points: readonly Point[];
  readonly open: readonly Load[];
}

/** By the name of the cluster. */
export type AllSeries = ReadonlyMap<string, Series>;

const maxPoints = 3_600;
const maxClusters = 50;

const noSeries: Series = { points: [], open: [] };

/** The series after further loads. */
export const foldSeries = (all: AllSeries, loads: readonly Load[]): AllSeries => {
  if (loads.length === 0) return all;
  const next = new Map(all);
  for (const cluster of new Set(loads.map((load) => load.cluster))) {
    if (!next.has(cluster) && next.size === maxClusters) continue;
    const own = loads.filter((load) => load.cluster === cluster);
    next.set(cluster, foldOne(next.get(cluster) ?? noSeries, own));
  }
  return next;
};

const secondOf = ({ time }: Load): number => Math.floor(time / 1_000);

const foldOne = ({ points, open }: Series, loads: readonly Load[]): Series => {
  const waiting = [...open, ...loads];
  const last = Math.max(...waiting.map(secondOf));
  const previous = points.at(-1)?.at ?? -Infinity;
  // A sample that came too late for its second is not counted twice.
  const ended = waiting.filter((load) => secondOf(load) < last && secondOf(load) > previous);
  const added = [...new Set(ended.map(secondOf))].map((at) =>
    pointOf(
      at,
      ended.filter((load) => secondOf(load) === at),
    ),
  );
  return { points: append(points, added, maxPoints), open: waiting.filter((load) => secondOf(load) === last) };
};

const pointOf = (at: number, loads: readonly Load[]): Point => {
  const latest = [...new Map(loads.map((load) => [load.id, load])).values()];
  const known = (name: 'cpu' | 'rss' | 'loop' | 'rate'): readonly number[] =>
    latest.flatMap(({ [name]: value }) => (value === undefined ? [] : [value]));
  const loops = known('loop');
  const latencies = latest.flatMap(({ counts }) => (counts === undefined ? [] : [{ counts }]));
  return {
    at,
    workers: latest.length,
    cpu: sumOf(known('cpu')),
    rss: sumOf(known('rss')),
    loopMax: loops.length === 0 ? null : Math.max(...loops),
    loopMean: loops.length === 0 ? null : (sumOf(loops) ?? 0) / loops.length,
    rate: sumOf(known('rate')),
    p50: quantile(0.5, ...latencies) ?? null,
    p99: quantile(0.99, ...latencies) ?? null,
  };
};

const sumOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
