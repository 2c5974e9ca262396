import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ReadFamily } from './openMetrics.js';
import { folderWith, scrape, start, urlOf } from './scraping.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const worker = `
  import { createServer } from 'node:http';
  import { Gauge } from 'prom-client';
  new Gauge({ name: 'shop_open', help: 'Of the application.' }).set(1);
  createServer((request, response) => response.end()).listen(0, '127.0.0.1');`;

/** The scrape of a cluster that has all metrics. */
const scraped = async (): Promise<readonly ReadFamily[]> => {
  const app = start(folderWith({ 'worker.mjs': worker }), { log: { level: 'silent' } });
  const url = urlOf(await app.event('metrics-listening'));
  await app.event('started');
  const now = app.told.length;
  await app.event('application', now);
  await app.events('stats', 2, now);
  return (await scrape(url)).filter(({ name }) => name !== 'shop_open');
};

const byName = (one: { readonly name: string }, other: { readonly name: string }) => (one.name < other.name ? -1 : 1);

test('each metric of a scrape is in docs/metrics.md, with its type, its labels and its meaning, and there is no other', async () => {
  const documented = read('docs/metrics.md')
    .split('\n')
    .flatMap((line) => {
      const [, name, type, labels = '', meaning] = /^\| `(\w+)` +\| (\w+) +\|(.*?)\| (.*?) +\|$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, type, labels: labels.match(/\w+/g) ?? [], meaning }];
    });
  const suffixes: Readonly<Record<string, string>> = { counter: '_total', info: '_info' };
  const found = (await scraped()).map(({ name, type, help, samples }) => ({
    name: name + (suffixes[type] ?? ''),
    type,
    labels: Object.keys(samples[0]?.labels ?? {}).filter((label) => label !== 'le'),
    meaning: help,
  }));
  expect(documented.toSorted(byName)).toEqual(found.toSorted(byName));
});

const dashboard = read('examples/grafana/dashboard.json');
const queries = Array.from(
  dashboard.matchAll(/"(?:expr|query)": ("(?:[^"\\]|\\.)*\{(?:[^"\\]|\\.)*")/g),
  ([, text = '']): string => JSON.parse(text),
);

test('the dashboard has queries, and no panel without one', () => {
  const { panels }: { panels: readonly { type: string; targets?: readonly unknown[] }[] } = JSON.parse(dashboard);
  const drawn = panels.filter(({ type }) => type !== 'row');
  expect(drawn.length).toBeGreaterThan(20);
  expect(drawn.filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
  expect(queries.length).toBeGreaterThan(30);
});

/** What is wrong with a query of the dashboard, where each selector has braces. */
const problemsOf = (query: string, families: readonly ReadFamily[]): readonly string[] => {
  const selectors = Array.from(
    query.matchAll(/([a-z_]\w*)\{([^}]*)\}(\[)?/g),
    ([, name = '', matchers = '', range]) => ({
      name,
      labels: Array.from(matchers.matchAll(/(\w+)[=!~]+"/g), ([, label = '']) => label),
      range: range !== undefined,
    }),
  );
  const grouped = Array.from(query.matchAll(/\bby \(([^)]*)\)|^label_values\(.*, (\w+)\)$/g), ([, by, last]) =>
    (by ?? last ?? '').split(', '),
  ).flat();
  const named =
    query.replaceAll(/"[^"]*"|\{[^}]*\}|\[[^\]]*\]/g, '').match(/\b(?:proteus|process|nodejs|v8js|http)_\w+/g) ?? [];
  const ofSelector = ({ name, labels, range }: (typeof selectors)[number]): readonly string[] => {
    const family = families.find(({ samples }) => samples.some((sample) => sample.name === name));
    if (family === undefined) return [`no metric ${name}`];
    const known = new Set(family.samples.flatMap((sample) => (sample.name === name ? Object.keys(sample.labels) : [])));
    const unknown = [...labels, ...grouped]
      .filter((label) => !known.has(label))
      .map((label) => `${name} has no ${label}`);
    // Only what grows has a rate, and everything that grows needs one.
    const grows = family.type === 'counter' || family.type === 'histogram';
    return grows === range ? unknown : [...unknown, `${name} is a ${family.type}`];
  };
  return [
    ...selectors.flatMap(ofSelector),
    ...(named.length === selectors.length && selectors.length > 0 ? [] : ['a metric without braces']),
  ];
};

test('each query of the dashboard asks for metrics and labels that a scrape has', async () => {
  const families = await scraped();
  expect(queries.flatMap((query) => problemsOf(query, families).map((problem) => `${query}: ${problem}`))).toEqual([]);
  expect(problemsOf('rate(proteus_cluster_size{slot="1"}[1m])', families)).toEqual([
    'proteus_cluster_size has no slot',
    'proteus_cluster_size is a gauge',
  ]);
  expect(problemsOf('proteus_cluster_other{}', families)).toEqual(['no metric proteus_cluster_other']);
});
