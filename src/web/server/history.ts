import type { StatsEvent } from '../../index.js';
import { foldLoads, noLoads } from '../samples/loads.js';
import { coarse, foldSeries, type AllSeries, type SeriesData, seriesData } from '../samples/series.js';

/** The samples of the last hour, for pages that are opened later. What it needs is bounded: 360 points of 10 s for each cluster. */
export interface History {
  readonly add: (sample: StatsEvent) => void;
  readonly series: () => SeriesData;
}

export const sampleHistory = (): History => {
  let [loads, series]: [typeof noLoads, AllSeries] = [noLoads, new Map()];
  // The samples of a second are folded together, because each fold copies what it changes.
  let second: StatsEvent[] = [];
  const fold = (): void => {
    const folded = foldLoads(loads, second);
    loads = folded.loads;
    series = foldSeries(series, folded.added, coarse);
    second = [];
  };
  return {
    add: (sample) => {
      const [first] = second;
      if (first !== undefined && secondOf(first) !== secondOf(sample)) fold();
      second.push(sample);
    },
    series: () => seriesData(series),
  };
};

const secondOf = ({ time }: StatsEvent): number => Math.floor(time / 1_000);
