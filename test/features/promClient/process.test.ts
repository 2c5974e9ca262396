import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { workers } from '../../process/harness.js';
import { folderWith, start } from '../../metrics/scraping.js';

const copied = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const serve = workers.http;

/** What a worker has answered, by the names of the metrics. */
const valuesOf = (value: unknown): Readonly<Record<string, unknown>> => {
  // As applicationMetrics$ has emitted it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { metrics } = value as { metrics: readonly { name: string; values: readonly { value: number }[] }[] };
  return Object.fromEntries(metrics.map(({ name, values }) => [name, values.map((each) => each.value)]));
};

test('an ES module, a CommonJS module and a second copy: all default registries are found, and nothing else', async () => {
  const folder = folderWith({
    'worker.mjs': `${serve}
      import { createRequire } from 'node:module';
      import client, { Counter, Registry } from 'prom-client';
      new Counter({ name: 'es_total', help: 'ES.' }).inc(2);
      new Counter({ name: 'own_total', help: 'Own.', registers: [new Registry()] }).inc();
      const require = createRequire(import.meta.url);
      const common = require('prom-client');
      new common.Gauge({ name: 'common', help: 'CommonJS.' }).set(Infinity);
      const other = require('./lib/prom-client');
      new other.Gauge({ name: 'other', help: 'Other.' }).set(4);`,
  });
  cpSync(join(copied, 'prom-client'), join(folder, 'lib/prom-client'), { recursive: true });
  for (const name of ['tdigest', 'bintrees', '@opentelemetry/api'])
    cpSync(join(copied, name), join(folder, 'lib/prom-client/node_modules', name), { recursive: true });
  const app = start(folder, { metrics: false });
  const { value } = await app.event('application');
  // Infinity is null in the line of the test.
  expect(valuesOf(value)).toEqual({ es_total: [2], common: [null], other: [4] });
});

test('metrics that are omitted are not sent, and what is too long is left out as a whole', async () => {
  const app = start(
    folderWith({
      'worker.mjs': `${serve}
        import { Counter, Gauge } from 'prom-client';
        new Gauge({ name: 'pid', help: 'Not sent.', aggregator: 'omit' }).set(process.pid);
        const many = new Counter({ name: 'many_total', help: 'Too many.', labelNames: ['key'] });
        for (let at = 0; at < 9_000; at += 1) many.inc({ key: 'x'.repeat(100) + at });
        new Counter({ name: 'few_total', help: 'Few.' }).inc();`,
    }),
    { metrics: false },
  );
  const { value } = await app.event('application');
  expect(valuesOf(value)).toEqual({ few_total: [1] });
  expect(value).toMatchObject({ leftOut: 9_000 });
});

test('a worker whose metrics fail, or without prom-client, answers nothing and serves', async () => {
  const failing = `${serve}
    import { Gauge } from 'prom-client';
    new Gauge({ name: 'broken', help: 'Broken.', collect: () => { throw new Error('no'); } });`;
  const app = start(folderWith({ 'worker.mjs': failing }), { metrics: false });
  const { error } = await app.event('error');
  expect(error?.message).toContain("the collection of prom-client's metrics failed: Error: no");
  const plain = start(folderWith({ 'worker.mjs': serve }), { metrics: { port: 0 } });
  await plain.event('stats');
  expect(plain.past('application')).toEqual([]);
});
