/** Sends the metrics that the application has registered with prom-client, when the master asks for them. The application does nothing for it. */
import { featureChannel, safely } from '../../worker/preload/masterChannel.js';
import { type CollectedFrame, isCollect, maxCharacters, name, type NothingFrame } from './frames.js';

const { send, onFrame } = featureChannel(name);

interface Registry {
  readonly getMetricsAsJSON: () => unknown;
}

/** The file of prom-client that has the registry, in any place where a package manager puts it. */
const registryFile = /[\\/]prom-client[\\/]lib[\\/]registry\.js$/;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

/** The default registry of each copy of prom-client that is loaded. An ES module that imports it loads the same CommonJS file. */
const registries = (): readonly Registry[] => {
  const { Module } = process.getBuiltinModule('node:module');
  const cache: unknown = Reflect.get(Module, '_cache');
  if (!isRecord(cache)) return [];
  return Object.keys(cache)
    .filter((file) => registryFile.test(file))
    .map((file) => cache[file])
    .map((module) =>
      isRecord(module) && isRecord(module['exports']) ? module['exports']['globalRegistry'] : undefined,
    )
    .filter(isRegistry);
};

const isRegistry = (value: unknown): value is Registry =>
  isRecord(value) && 'getMetricsAsJSON' in value && typeof value['getMetricsAsJSON'] === 'function';

const valuesOf = (metric: unknown): readonly unknown[] =>
  isRecord(metric) && Array.isArray(metric['values']) ? metric['values'] : [];

/** The characters that a value takes as JSON, roughly. */
const lengthOf = (value: unknown): number => {
  if (!isRecord(value)) return 8;
  const labels = isRecord(value['labels']) ? Object.entries(value['labels']) : [];
  return labels.reduce((sum, [label, text]) => sum + label.length + String(text).length + 6, 64);
};

/** A value without what the master does not read, and with words for what JSON cannot hold. */
const copyOf = (given: unknown): unknown => {
  if (!isRecord(given)) return given;
  const { value, labels, metricName } = given;
  return { value: Number.isFinite(value) ? value : String(value), labels, metricName };
};

/** As many metrics as fit into an answer. One that is as a whole too long is left out as a whole, because a part of a histogram is none. */
const answerWith = (metrics: readonly unknown[]): CollectedFrame => {
  let room = maxCharacters;
  let leftOut = 0;
  const fitting: unknown[] = [];
  for (const metric of metrics) {
    if (!isRecord(metric) || metric['aggregator'] === 'omit') continue;
    const values = valuesOf(metric);
    const length = values.reduce<number>((sum, value) => sum + lengthOf(value), String(metric['help']).length + 128);
    if (length > room) {
      leftOut += values.length;
      continue;
    }
    room -= length;
    const { name: called, help, type, aggregator } = metric;
    fitting.push({ name: called, help, type, aggregator, values: values.map(copyOf) });
  }
  return { metrics: fitting, leftOut };
};

const what = "the collection of prom-client's metrics";
let collecting = false;

const collect = (): void => {
  if (collecting) return;
  const found = registries();
  if (found.length === 0) return send({ nothing: true } satisfies NothingFrame);
  collecting = true;
  const answer = safely(what, (all: readonly unknown[]) => {
    collecting = false;
    send(answerWith(all.flat()));
  });
  const failed = safely(what, (error: unknown) => {
    collecting = false;
    send({ nothing: true } satisfies NothingFrame);
    throw error;
  });
  Promise.all(found.map(async (registry) => registry.getMetricsAsJSON())).then(answer, failed);
};

export const start = (): void => {
  onFrame((body) => {
    if (isCollect(body)) collect();
  });
};
