import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fresh, program } from './harness.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

// The applications of apps/ have a test of their own.
const masters = readdirSync(join(root, 'examples'))
  .filter((name) => name !== 'apps' && existsSync(join(root, 'examples', name, 'master.js')))
  .map((name) => `${name}/master.js`);

test('examples/autoscale/graph.js runs a service under load, draws what happened, and ends', async () => {
  const folder = fresh();
  cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
  const graph = join(folder, 'examples/autoscale/graph.js');
  const running = program(folder, process.execPath, [graph, join(folder, 'graph.svg'), '3'], { env: { PORT: '0' } });
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toMatch(/from \d+ to 1 worker: autoscale\(\) begins with min/);
  expect(running.output).toMatch(/graph\.svg: [1-9]\d* requests, 0 failed/);
  expect(readFileSync(join(folder, 'graph.svg'), 'utf8')).toMatch(
    /^<svg [^]*<title id="title">[^]*<desc id="description">[^]*<\/svg>\n$/,
  );
});

test.each(['classic/cluster.cjs', 'one-file/service.js', 'services/supervised.js', ...masters])(
  'examples/%s says that it serves, and ends after Ctrl-C',
  async (name) => {
    // A copy: two tests may run the same example, which has its pid file beside it.
    const folder = fresh();
    cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });
    for (const library of ['@opentelemetry', 'prom-client', 'valibot']) {
      symlinkSync(join(root, 'node_modules', library), join(folder, 'node_modules', library));
    }
    const running = program(folder, process.execPath, [join(folder, 'examples', name)], { env: { PORT: '0' } });
    await running.printed(/(is|are) ready|[1-9]\d* slots serve/);
    running.signal('SIGINT');
    expect(await running.ended()).toEqual({ code: 0, signal: null });
    expect(running.output).not.toMatch(/"level":(50|60)|Warning/);
  },
);
