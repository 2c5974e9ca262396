import type { Labels, Sample } from './family.js';

/** The samples of a histogram. `counts`: for each bound, and last what is above all bounds; not added up. */
export const histogramSamples = (
  bounds: readonly number[],
  counts: readonly number[],
  sum: number,
  labels: Labels,
): readonly Sample[] => {
  let below = 0;
  const buckets = [...bounds.map(String), '+Inf'].map((le, at): Sample => {
    below += counts[at] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le }, value: below };
  });
  return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: below }];
};

/** Collects values into a histogram. */
export const histogram = (bounds: readonly number[]) => {
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  let sum = 0;
  return {
    add: (value: number): void => {
      const at = bounds.findIndex((bound) => value <= bound);
      const index = at === -1 ? bounds.length : at;
      counts[index] = (counts[index] ?? 0) + 1;
      sum += value;
    },
    samples: (labels: Labels): readonly Sample[] => histogramSamples(bounds, counts, sum, labels),
  };
};
