/** A strict reader of OpenMetrics 1.0 text: throws an error for everything that the specification forbids. */
export interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string | undefined;
  readonly help: string | undefined;
  readonly samples: readonly ReadSample[];
}

interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  info: ['_info'],
  unknown: [''],
};

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const number = /^(?:[+-]?Inf|NaN|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)$/i;
const labelPart = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/;

const fail = (line: string, why: string): never => {
  throw new Error(`${why}: ${line}`);
};

const unescape = (line: string, text: string): string =>
  text.replaceAll(/\\(.?)/gs, (_, escaped: string) => {
    if (escaped === 'n') return '\n';
    return escaped === '"' || escaped === '\\' ? escaped : fail(line, 'an unknown escape');
  });

const numberOf = (line: string, text: string): number => {
  if (!number.test(text)) fail(line, 'no number');
  if (/inf/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
};

const labelsOf = (line: string, text: string): Readonly<Record<string, string>> => {
  const labels = new Map<string, string>();
  for (let rest = text; rest !== '';) {
    const [all = '', name = '', value = '', separator = ''] = labelPart.exec(rest) ?? fail(line, 'wrong labels');
    if (labels.has(name)) fail(line, 'a label twice');
    labels.set(name, unescape(line, value));
    rest = rest.slice(all.length);
    if (separator === ',' && rest === '') fail(line, 'a comma too many');
  }
  return Object.fromEntries(labels);
};

/** Reads `name{labels} value`. The end of the labels is the first brace outside quotes. */
const sampleOf = (line: string): ReadSample => {
  const [, name = '', , labels = '', value = ''] =
    /^([^ {]+)(\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)$/s.exec(line) ?? fail(line, 'no sample');
  if (!metricName.test(name)) fail(line, 'a wrong name');
  return { name, labels: labelsOf(line, labels), value: numberOf(line, value) };
};

const without = (labels: Readonly<Record<string, string>>, name: string): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([label]) => label !== name)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );

const checkHistogram = ({ name, samples }: ReadFamily): void => {
  const groups = new Map<string, ReadSample[]>();
  for (const sample of samples) {
    const key = without(sample.labels, 'le');
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => {
      const le = labels['le'] ?? fail(name, 'a bucket without le');
      if (le !== '+Inf' && !/[.e]/.test(le)) fail(le, 'a bound that is not canonical');
      return numberOf(name, le);
    });
    if (bounds.some((bound, at) => at > 0 && bound <= (bounds[at - 1] ?? NaN))) fail(name, 'bounds are not in order');
    if (bounds.at(-1) !== Infinity) fail(name, 'no bucket +Inf');
    const values = buckets.map(({ value }) => value);
    if (values.some((value, at) => value < 0 || value < (values[at - 1] ?? 0))) fail(name, 'buckets go back');
    const count = group.filter((sample) => sample.name === `${name}_count`);
    const sum = group.filter((sample) => sample.name === `${name}_sum`);
    if (count.length !== 1 || sum.length !== 1) fail(name, 'one sum and one count are needed');
    if (count[0]?.value !== values.at(-1)) fail(name, 'the count is not the last bucket');
    if (Number.isNaN(sum[0]?.value)) fail(name, 'the sum is no number');
  }
};

const checkSamples = (family: ReadFamily): void => {
  const { name, type, samples } = family;
  const seen = new Set<string>();
  let group = '';
  const groups = new Set<string>();
  for (const sample of samples) {
    const suffix = sample.name.slice(name.length);
    if (!sample.name.startsWith(name) || !suffixes[type]?.includes(suffix)) fail(sample.name, `no sample of a ${type}`);
    const key = sample.name + without(sample.labels, '');
    if (seen.has(key)) fail(key, 'a sample twice');
    seen.add(key);
    const own = without(sample.labels, type === 'histogram' ? 'le' : type === 'summary' ? 'quantile' : '');
    if (own !== group && groups.has(own)) fail(key, 'the samples of a metric are not together');
    groups.add(own);
    group = own;
    if (type === 'counter' && !(sample.value >= 0)) fail(key, 'a counter below 0');
    if (type === 'info' && sample.value !== 1) fail(key, 'an info that is not 1');
    const { quantile } = sample.labels;
    if (type === 'summary' && suffix === '' && !(Number(quantile) >= 0 && Number(quantile) <= 1))
      fail(key, 'a quantile that is none');
  }
  if (type === 'histogram') checkHistogram(family);
};

/** The families in a text. */
export const readOpenMetrics = (text: string): readonly ReadFamily[] => {
  if (!text.endsWith('\n# EOF\n') && text !== '# EOF\n') fail(text.slice(-20), 'it does not end with # EOF');
  const lines = text.split('\n').slice(0, -2);
  const families: { name: string; type?: string; unit?: string; help?: string; samples: ReadSample[] }[] = [];
  for (const line of lines) {
    if (line === '# EOF') fail(line, 'twice');
    const [, word, name = '', rest = ''] = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/s.exec(line) ?? [];
    let current = families.at(-1);
    if (line.startsWith('#')) {
      if (word === undefined || !metricName.test(name)) fail(line, 'a wrong comment');
      if (current?.name !== name) families.push((current = { name, samples: [] }));
      if (current.samples.length > 0) fail(line, 'metadata after samples');
      const key = word === 'TYPE' ? 'type' : word === 'UNIT' ? 'unit' : 'help';
      if (current[key] !== undefined) fail(line, 'twice');
      current[key] = key === 'help' ? unescape(line, rest) : rest;
      if (key === 'help' && /(?:^|[^\\])(?:\\\\)*"/.test(rest)) fail(line, 'a quote that is not escaped');
    } else {
      if (current === undefined) fail(line, 'a sample without a family');
      current?.samples.push(sampleOf(line));
    }
  }
  const read = families.map(({ name, type = 'unknown', unit, help, samples }): ReadFamily => {
    if (suffixes[type] === undefined) fail(name, `an unknown type ${type}`);
    if (unit !== undefined && unit !== '' && !name.endsWith(`_${unit}`))
      fail(name, 'its name does not end with its unit');
    if (type === 'info' && unit !== undefined) fail(name, 'an info has no unit');
    if (type === 'counter' && name.endsWith('_total')) fail(name, 'the name of a counter is without _total');
    return { name, type, unit, help, samples };
  });
  const names = read.flatMap(({ name, type }) => [
    ...new Set([name, ...(suffixes[type] ?? []).map((suffix) => name + suffix)]),
  ]);
  const clash = names.find((name, at) => names.indexOf(name) !== at);
  if (clash !== undefined) fail(clash, 'two families have this name');
  for (const family of read) checkSamples(family);
  return read;
};

/** The value of the sample with this name and at least these labels. */
export const valueOf = (
  families: readonly ReadFamily[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined =>
  families
    .flatMap(({ samples }) => samples)
    .find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )?.value;
