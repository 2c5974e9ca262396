import { quantile } from '../../index.js';
import type { Load } from './loads.js';

/** All workers of a cluster in a step of a series. What is not known is `null`, as charts have it. */
export interface Point {
  /** When the step began, in s since the epoch. */
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

/** The points of a cluster, and the loads of the step that has not ended. */
interface Series {
  readonly points: readonly Point[];
  readonly open: readonly Load[];
}

/** By the name of the cluster. */
export type AllSeries = ReadonlyMap<string, Series>;

/** How fine a series is. */
export interface Steps {
  readonly seconds: number;
  /** Older points are left out. */
  readonly maxPoints: number;
}

/** The last hour as a page draws it, and as a server keeps it for pages that are opened later. */
export const fine: Steps = { seconds: 1, maxPoints: 3_600 };
export const coarse: Steps = { seconds: 10, maxPoints: 360 };

const maxClusters = 50;

const noSeries: Series = { points: [], open: [] };

/** The series after further loads. */
export const foldSeries = (all: AllSeries, loads: readonly Load[], steps: Steps): AllSeries => {
  if (loads.length === 0) return all;
  const next = new Map(all);
  for (const cluster of new Set(loads.map((load) => load.cluster))) {
    if (!next.has(cluster) && next.size === maxClusters) continue;
    const own = loads.filter((load) => load.cluster === cluster);
    next.set(cluster, foldOne(next.get(cluster) ?? noSeries, own, steps));
  }
  return next;
};

const secondOf = ({ time }: Load): number => Math.floor(time / 1_000);

/** A sample that is so much earlier than what is known is not late: the clock was set back. In s. */
const setBackSeconds = 10;

/** What of a series is still past. After the clock was set back, what it showed for later is left out, and the series goes on. */
const pastOf = (series: Series, loads: readonly Load[]): Series => {
  const known = [...series.open.map(secondOf), series.points.at(-1)?.at ?? -Infinity];
  const seconds = loads.map(secondOf);
  if (Math.max(...known) - Math.max(...seconds) <= setBackSeconds) return series;
  const first = Math.min(...seconds);
  return { points: series.points.filter(({ at }) => at < first - setBackSeconds), open: [] };
};

const foldOne = (series: Series, loads: readonly Load[], { seconds, maxPoints }: Steps): Series => {
  const { points, open } = pastOf(series, loads);
  const stepOf = (load: Load): number => secondOf(load) - (secondOf(load) % seconds);
  const waiting = [...open, ...loads];
  const last = Math.max(...waiting.map(stepOf));
  const previous = points.at(-1)?.at ?? -Infinity;
  // A sample that came too late for its step is not counted twice.
  const ended = waiting.filter((load) => stepOf(load) < last && stepOf(load) > previous);
  const added = grouped(ended, stepOf)
    .map(([at, ofStep]) => pointOf(at, ofStep))
    .toSorted((one, other) => one.at - other.at);
  const kept = points.filter(({ at }) => at >= last - seconds * maxPoints);
  return {
    points: added.length === 0 ? points : [...kept, ...added],
    open: waiting.filter((load) => stepOf(load) === last),
  };
};

/** The items by a number of each, in the order in which the numbers come first. */
const grouped = <T>(items: readonly T[], numberOf: (item: T) => number): readonly (readonly [number, readonly T[]])[] =>
  [...new Set(items.map(numberOf))].map((number) => [number, items.filter((item) => numberOf(item) === number)]);

type Known = 'cpu' | 'rss' | 'loop' | 'rate';

/** Sums of all workers are means over the seconds of the step. Latencies are those of all its requests. */
const pointOf = (at: number, loads: readonly Load[]): Point => {
  const seconds = grouped(loads, secondOf).map(([, ofSecond]) => lastOfEach(ofSecond));
  const sums = (name: Known) =>
    seconds
      .map((ofSecond) => known(ofSecond, name))
      .filter(isAny)
      .map(sumOf);
  const loops = known(seconds.flat(), 'loop');
  const latencies = seconds.flat().flatMap(({ counts }) => (counts === undefined ? [] : [{ counts }]));
  return {
    at,
    workers: Math.round(meanOf(seconds.map(({ length }) => length)) ?? 0),
    cpu: meanOf(sums('cpu')),
    rss: meanOf(sums('rss')),
    loopMax: isAny(loops) ? Math.max(...loops) : null,
    loopMean: meanOf(loops),
    rate: meanOf(sums('rate')),
    p50: quantile(0.5, ...latencies) ?? null,
    p99: quantile(0.99, ...latencies) ?? null,
  };
};

/** Of two samples of a worker, the last one counts. */
const lastOfEach = (loads: readonly Load[]): readonly Load[] => [
  ...new Map(loads.map((load) => [load.id, load])).values(),
];

const known = (loads: readonly Load[], name: Known): readonly number[] =>
  loads.flatMap(({ [name]: value }) => (value === undefined ? [] : [value]));

const isAny = ({ length }: readonly number[]): boolean => length > 0;

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const meanOf = (values: readonly number[]): number | null => (isAny(values) ? sumOf(values) / values.length : null);

/** The series of a server as plain data. */
export type SeriesData = readonly (readonly [cluster: string, points: readonly Point[]])[];

export const seriesData = (all: AllSeries): SeriesData => [...all].map(([cluster, { points }]) => [cluster, points]);

/** The series of a page with those of its server, where the page has no points of its own: before it was opened, and while it had no data. */
export const withHistory = (all: AllSeries, history: SeriesData): AllSeries => {
  const next = new Map(all);
  for (const [cluster, past] of history) {
    const { points, open } = next.get(cluster) ?? noSeries;
    next.set(cluster, { points: merged(points, past), open });
  }
  return next;
};

const merged = (points: readonly Point[], past: readonly Point[]): readonly Point[] => {
  const stepOf = ({ at }: Point): number => at - (at % coarse.seconds);
  const covered = new Set(points.map(stepOf));
  return [...past.filter((point) => !covered.has(stepOf(point))), ...points].toSorted(
    (one, other) => one.at - other.at,
  );
};
