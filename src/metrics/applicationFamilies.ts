import type { ApplicationMetric, ApplicationMetrics, ApplicationValue } from '../index.js';
import type { Family, Sample } from './family.js';

/** How many series of one cluster are kept. More are left out. */
const maxSeries = 20_000;

/** How many reasons are told. They have names that workers choose. */
const maxReasons = 20;

/** Values that belong together by their labels without `le` and `quantile`: a histogram, a summary, or a single value. */
interface Group {
  /** By the name of the sample and all labels. */
  readonly values: Map<string, ApplicationValue>;
  /** What only grows: the value of a counter, or the count of a histogram or summary. */
  readonly count: number;
}

type Groups = Map<string, Group>;

interface Known {
  readonly metric: Pick<ApplicationMetric, 'name' | 'help' | 'type' | 'aggregator'>;
  readonly groups: Groups;
}

/** What one worker has answered, by the name of the metric. */
type Answer = ReadonlyMap<string, Known>;

const keyOf = (labels: ApplicationValue['labels'], without?: string): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([name]) => name !== without)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );

/** The label by which the values of a histogram or summary differ. */
const partLabel: Readonly<Partial<Record<ApplicationMetric['type'], string>>> = {
  histogram: 'le',
  summary: 'quantile',
};

const answerOf = ({ metrics }: ApplicationMetrics): Answer => {
  const answer = new Map<string, Known>();
  for (const metric of metrics) {
    if (metric.aggregator === 'omit') continue;
    const known: Known = answer.get(metric.name) ?? { metric, groups: new Map() };
    // Another copy of prom-client may have registered the name as another type.
    if (known.metric.type !== metric.type) continue;
    answer.set(metric.name, known);
    for (const value of metric.values) addValue(known.groups, value, metric);
  }
  return answer;
};

const addValue = (
  groups: Map<string, { values: Map<string, ApplicationValue>; count: number }>,
  value: ApplicationValue,
  { name, type, aggregator }: ApplicationMetric,
): void => {
  const groupKey = keyOf(value.labels, partLabel[type]);
  const group = groups.get(groupKey) ?? { values: new Map<string, ApplicationValue>(), count: 0 };
  groups.set(groupKey, group);
  const key = `${value.sample} ${keyOf(value.labels)}`;
  const before = group.values.get(key);
  group.values.set(
    key,
    before === undefined ? value : { ...value, value: combine[aggregator]([before.value, value.value]) },
  );
  if (type === 'counter' || value.sample === `${name}_count`) group.count = group.values.get(key)?.value ?? 0;
};

const combine: Readonly<Record<ApplicationMetric['aggregator'], (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  first: ([first = NaN]) => first,
  min: (values) => values.reduce((least, value) => Math.min(least, value), Infinity),
  max: (values) => values.reduce((most, value) => Math.max(most, value), -Infinity),
  average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  omit: () => NaN,
};

/** Whether the sums of a metric must not go back when a worker has gone. */
const isKept = ({ type, aggregator }: Known['metric']): boolean => type !== 'gauge' && aggregator === 'sum';
/** A quantile of a worker that has gone says nothing any more. */
const isCumulative = ({ sample }: ApplicationValue, { name, type }: Known['metric']): boolean =>
  type !== 'summary' || sample !== name;

/**
 * The metrics that the applications in the workers of one cluster have registered with prom-client, merged as prom-client's aggregators say. What counters and histograms of workers have counted that are gone, or that
 * have set them back, is kept, so that sums never go back. `limited` is told once for each reason for which something is left out.
 */
export const applicationFamilies = (cluster: string, limited: (why: string) => void) => {
  const answers = new Map<number, { readonly slot: number; readonly at: number; readonly answer: Answer }>();
  const gone = new Map<string, { readonly metric: Known['metric']; readonly values: Map<string, ApplicationValue> }>();
  let goneSeries = 0;
  const told = new Set<string>();
  const tell = (reason: string, why = reason) => {
    if (told.has(reason) || told.size >= maxReasons) return;
    told.add(reason);
    limited(why);
  };
  const tooMany = () =>
    tell('too many', `there are more than ${maxSeries} series in cluster ${cluster}. Use fewer values of labels`);

  const keep = ({ metric, groups }: Known, isLost: (groupKey: string, group: Group) => boolean): void => {
    if (!isKept(metric)) return;
    const kept = gone.get(metric.name) ?? { metric, values: new Map<string, ApplicationValue>() };
    for (const [groupKey, group] of groups) {
      if (!isLost(groupKey, group)) continue;
      for (const [key, value] of group.values) {
        if (!isCumulative(value, metric)) continue;
        const before = kept.values.get(key);
        if (before === undefined && goneSeries >= maxSeries) {
          tooMany();
          continue;
        }
        gone.set(metric.name, kept);
        if (before === undefined) goneSeries += 1;
        kept.values.set(key, { ...value, value: value.value + (before?.value ?? 0) });
      }
    }
  };

  const take = (metrics: ApplicationMetrics, now: number): void => {
    const { worker } = metrics;
    const answer = answerOf(metrics);
    const before = answers.get(worker.id)?.answer;
    for (const known of before?.values() ?? []) {
      const groups = answer.get(known.metric.name)?.groups;
      keep(known, (groupKey, { count }) => (groups?.get(groupKey)?.count ?? -1) < count);
    }
    answers.set(worker.id, { slot: worker.slot, at: now, answer });
    if (metrics.leftOut > 0)
      tell('left out', `${metrics.leftOut} values of a worker of cluster ${cluster} do not fit, or there are too many`);
  };

  const end = (id: number): void => {
    for (const known of answers.get(id)?.answer.values() ?? []) keep(known, () => true);
    answers.delete(id);
  };

  const merged = (): readonly Family[] => {
    const found = new Map<string, { readonly metric: Known['metric']; readonly values: Map<string, Pooled> }>();
    let series = 0;
    const pool = (metric: Known['metric'], key: string, value: ApplicationValue) => {
      const family = found.get(metric.name) ?? { metric, values: new Map<string, Pooled>() };
      if (family.metric.type !== metric.type)
        return tell(`type ${metric.name}`, `workers have ${metric.name} with different types`);
      found.set(metric.name, family);
      const pooled = family.values.get(key);
      if (pooled !== undefined) return void pooled.all.push(value.value);
      if (series >= maxSeries) return tooMany();
      series += 1;
      family.values.set(key, { value, all: [value.value] });
    };
    for (const { answer } of answers.values())
      for (const { metric, groups } of answer.values())
        for (const group of groups.values()) for (const [key, value] of group.values) pool(metric, key, value);
    for (const { metric, values } of gone.values()) for (const [key, value] of values) pool(metric, key, value);
    return Array.from(found.values(), ({ metric, values }) => familyOf(cluster, metric, values));
  };

  return {
    take,
    end,
    merged,
    limited: tell,
    ages: (now: number): readonly { readonly slot: number; readonly age: number }[] =>
      Array.from(answers.values(), ({ slot, at }) => ({ slot, age: now - at })),
    series: (): number => goneSeries + answers.size,
  };
};

interface Pooled {
  readonly value: ApplicationValue;
  readonly all: number[];
}

const familyOf = (
  cluster: string,
  { name, help, type, aggregator }: Known['metric'],
  pooled: Map<string, Pooled>,
): Family => {
  const values = Array.from(pooled.values(), ({ value, all }) => ({ ...value, value: combine[aggregator](all) }));
  const total = type === 'counter' && name.endsWith('_total');
  const family = total ? name.slice(0, -'_total'.length) : name;
  const whole = type === 'histogram' || type === 'summary' ? inOrder(name, values, type) : values;
  const samples = whole.flatMap(({ sample, labels, value }): Sample[] => {
    const suffix = sample.slice(family.length);
    const shown = withCluster(cluster, labels);
    return shown === undefined || !isSuffix(suffix) ? [] : [{ suffix, labels: shown, value }];
  });
  return { name: family, type: type === 'counter' && !total ? 'plain-counter' : type, help, samples };
};

const isSuffix = (suffix: string): suffix is Sample['suffix'] =>
  ['', '_total', '_bucket', '_sum', '_count'].includes(suffix);

/** A label of the application that is called `cluster` is renamed as Prometheus renames it. */
const withCluster = (cluster: string, labels: ApplicationValue['labels']): Sample['labels'] | undefined => {
  const { cluster: own, ...others } = labels;
  if (Object.hasOwn(labels, 'exported_cluster')) return undefined;
  return { cluster, ...others, ...(own !== undefined && { exported_cluster: own }) };
};

/** The values of a histogram or summary, those with the same labels together: the buckets in order, the sum, the count. What lacks one of them is left out, because it could not be read. */
const inOrder = (
  name: string,
  values: readonly ApplicationValue[],
  type: ApplicationMetric['type'],
): readonly ApplicationValue[] => {
  const groups = new Map<string, ApplicationValue[]>();
  for (const value of values) {
    const key = keyOf(value.labels, partLabel[type]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return [...groups.values()].flatMap((group) => wholeOf(name, group, type));
};

const wholeOf = (
  name: string,
  group: readonly ApplicationValue[],
  type: ApplicationMetric['type'],
): readonly ApplicationValue[] => {
  const count = group.find(({ sample }) => sample === `${name}_count`);
  const sum = group.find(({ sample }) => sample === `${name}_sum`);
  const parts = group.filter((value) => value !== count && value !== sum);
  if (count === undefined || sum === undefined) return [];
  if (type === 'summary') return [...parts, sum, count];
  const buckets = parts.toSorted((one, other) => boundOf(one) - boundOf(other));
  if (boundOf(buckets.at(-1)) !== Infinity) return [];
  // Two releases may have different bounds.
  let most = 0;
  const rising = buckets.map(({ sample, labels, value }): ApplicationValue => {
    most = Math.max(most, value);
    return { sample, labels, value: most };
  });
  return [...rising, sum, { sample: count.sample, labels: count.labels, value: most }];
};

const boundOf = (bucket: ApplicationValue | undefined): number => {
  const le = bucket?.labels['le'];
  return le === '+Inf' ? Infinity : Number(le);
};
