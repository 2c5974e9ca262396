import type { Labels, Sample } from './family.js';

/** Counts by labels. */
export interface Tally {
  readonly add: (labels: Labels, by?: number) => void;
  /** `common`: labels that all of them have. */
  readonly samples: (suffix: Sample['suffix'], common: Labels) => readonly Sample[];
}

export const tally = (): Tally => {
  const counts = new Map<string, { readonly labels: Labels; value: number }>();
  return {
    add: (labels, by = 1) => {
      const key = JSON.stringify(labels);
      const count = counts.get(key);
      if (count === undefined) counts.set(key, { labels, value: by });
      else count.value += by;
    },
    samples: (suffix, common) =>
      Array.from(counts.values(), ({ labels, value }) => ({ suffix, labels: { ...common, ...labels }, value })),
  };
};
