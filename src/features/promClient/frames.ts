import type { ApplicationMetric, ApplicationMetrics, ApplicationValue } from './metrics.js';

/** The feature's name in the frames between the master and the preload, and of the demand for it. */
export const name = 'promClient';

/** From the master to a worker: send what prom-client has registered. */
export interface CollectFrame {
  readonly collect: true;
}

/** From a worker to the master: what prom-client has registered, in the form of `getMetricsAsJSON()`. */
export interface CollectedFrame {
  readonly metrics: readonly unknown[];
  /** How many values were left out, because there were too many. */
  readonly leftOut: number;
}

/** From a worker to the master: prom-client is not loaded, or its metrics could not be collected. */
export interface NothingFrame {
  readonly nothing: true;
}

/** How much a worker sends at most, in characters. */
export const maxCharacters = 2 ** 20;
const maxValues = 10_000;
const maxNameLength = 256;
const maxTextLength = 1_024;
const maxLabels = 32;

export const isCollect = (frame: unknown): frame is CollectFrame => isRecord(frame) && frame['collect'] === true;

/** What a worker has sent; `undefined` if it is no answer. Accepts any input: what does not fit is left out and counted. */
export const decodeCollected = (frame: unknown): Omit<ApplicationMetrics, 'worker'> | undefined => {
  if (!isRecord(frame)) return undefined;
  const { metrics: given } = frame;
  if (!isList(given)) return undefined;
  const metrics: ApplicationMetric[] = [];
  let leftOut = isCount(frame['leftOut']) ? frame['leftOut'] : 0;
  let left = maxValues;
  for (const one of given.slice(0, maxValues)) {
    const metric = decodeMetric(one, left);
    if (metric === undefined) leftOut += 1;
    else {
      metrics.push(metric.metric);
      leftOut += metric.leftOut;
      left -= metric.metric.values.length;
    }
  }
  return { metrics, leftOut: leftOut + Math.max(0, given.length - maxValues) };
};

const types = ['counter', 'gauge', 'histogram', 'summary'] as const;
const aggregators = ['sum', 'first', 'min', 'max', 'average', 'omit'] as const;
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** Names that begin with two underscores belong to Prometheus. */
const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
/** Half of a character, which UTF-8 cannot hold. */
const loneSurrogate = /\p{Surrogate}/u;

const decodeMetric = (
  given: unknown,
  maxCount: number,
): { readonly metric: ApplicationMetric; readonly leftOut: number } | undefined => {
  if (!isRecord(given) || !Array.isArray(given['values'])) return undefined;
  const { name, help } = given;
  const type = types.find((known) => known === given['type']);
  const aggregator = aggregators.find((known) => known === (given['aggregator'] ?? 'sum'));
  if (typeof name !== 'string' || name.length > maxNameLength || !metricName.test(name)) return undefined;
  if (type === undefined || aggregator === undefined) return undefined;
  const values = given['values']
    .slice(0, maxCount)
    .map((value: unknown) => decodeValue(name, type, value))
    .filter((value) => value !== undefined);
  const shownHelp = typeof help === 'string' && !loneSurrogate.test(help) ? help.slice(0, maxTextLength) : '';
  return {
    metric: { name, help: shownHelp, type, aggregator, values },
    leftOut: given['values'].length - values.length,
  };
};

const decodeValue = (name: string, type: ApplicationMetric['type'], given: unknown): ApplicationValue | undefined => {
  if (!isRecord(given)) return undefined;
  const sample = given['metricName'] ?? name;
  const labels = decodeLabels(given['labels'] ?? {});
  const value = decodeNumber(given['value']);
  if (typeof sample !== 'string' || labels === undefined || value === undefined) return undefined;
  const part = sample.startsWith(name) ? sample.slice(name.length) : undefined;
  const fits =
    part !== undefined &&
    isSample[type](part, labels) &&
    (!isCumulative(type, part) || (value >= 0 && value < Infinity));
  return fits ? { sample, labels: withNumber[type](labels), value } : undefined;
};

type Labels = ApplicationValue['labels'];

/** Whether a metric of the type may have such a sample. */
const isSample: Readonly<Record<ApplicationMetric['type'], (part: string, labels: Labels) => boolean>> = {
  counter: (part) => part === '',
  gauge: (part) => part === '',
  histogram: (part, { le }) =>
    part === '_bucket' ? le !== undefined && isBound(le) : (part === '_sum' || part === '_count') && le === undefined,
  summary: (part, { quantile }) =>
    part === ''
      ? quantile !== undefined && isShare(quantile)
      : (part === '_sum' || part === '_count') && quantile === undefined,
};

const numbered =
  (name: string) =>
  (labels: Labels): Labels => {
    const number = Number(labels[name]);
    return Number.isNaN(number) ? labels : { ...labels, [name]: String(number) };
  };

/** The same bound and the same quantile are the same text, however a worker writes them: otherwise a sample would be there twice. */
const withNumber: Readonly<Record<ApplicationMetric['type'], (labels: Labels) => Labels>> = {
  counter: (labels) => labels,
  gauge: (labels) => labels,
  histogram: numbered('le'),
  summary: numbered('quantile'),
};

const isBound = (text: string): boolean => text === '+Inf' || (text !== '' && Number.isFinite(Number(text)));
const isShare = (text: string): boolean => text !== '' && Number(text) >= 0 && Number(text) <= 1;

/** Whether the value counts something, so that it cannot be negative. */
const isCumulative = (type: ApplicationMetric['type'], part: string): boolean =>
  type === 'counter' || part === '_bucket' || part === '_count';

const decodeLabels = (given: unknown): Labels | undefined => {
  if (!isRecord(given)) return undefined;
  const entries = Object.entries(given);
  if (entries.length > maxLabels) return undefined;
  const labels = entries.map(([label, value]) => [label, decodeText(value)] as const);
  const fit = labels.every(
    ([label, value]) => value !== undefined && label.length <= maxNameLength && labelName.test(label),
  );
  return fit ? Object.fromEntries(labels.map(([label, value]) => [label, value ?? ''])) : undefined;
};

const decodeText = (value: unknown): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = value === Infinity ? '+Inf' : String(value);
  return text.length <= maxTextLength && !loneSurrogate.test(text) ? text : undefined;
};

/** JSON has no word for these three. */
const words: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

const decodeNumber = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined;
};

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
