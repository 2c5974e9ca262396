/** The labels of a sample, in the order in which they are written. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** What is added to the name of the family. */
  readonly suffix: '' | '_total' | '_info' | '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number;
}

/** A metric with its samples. */
export interface Family {
  /** Without `_total` or `_info`. */
  readonly name: string;
  /** `plain-counter`: a counter whose name does not end with `_total`, which OpenMetrics does not know. */
  readonly type: 'counter' | 'plain-counter' | 'gauge' | 'histogram' | 'summary' | 'info';
  readonly help: string;
  readonly unit?: string;
  readonly samples: readonly Sample[];
}

/** The names that the samples of a family may have, and its own. */
export const namesOf = ({ name, type }: Pick<Family, 'name' | 'type'>): readonly string[] => {
  if (type === 'counter') return [name, `${name}_total`];
  if (type === 'info') return [name, `${name}_info`];
  if (type === 'histogram') return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
  return type === 'summary' ? [name, `${name}_sum`, `${name}_count`] : [name];
};
