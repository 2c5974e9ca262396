import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fresh, imports, master, program, workers } from './harness.js';

/** What surrounds a master: bundlers, other process managers, shells. */
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

test('a master that is part of a bundle says what to tell the bundler', async () => {
  const folder = fresh({
    'worker.mjs': workers.http,
    'master.mjs': `import { cluster$ } from './bundle/index.js'; cluster$({ exec: 'worker.mjs' }).subscribe();`,
  });
  cpSync(dist, join(folder, 'bundle'), { recursive: true });
  rmSync(join(folder, 'node_modules/pino'));
  const running = program(folder, process.execPath, ['master.mjs']);
  expect((await running.ended()).code).not.toBe(0);
  expect(running.output).toContain(
    'If this program is a bundle, name proteus-cluster and pino as external to the bundler, and install both',
  );
});

test.each([
  ['cluster$(conf)', `run({ exec: 'worker.mjs', pid: false });`],
  ['cluster(conf) of 2012', `proteus.cluster({ exec: 'worker.mjs' });`],
])("a cluster that another program's worker would start is warned of, %s", async (_, start) => {
  const folder = fresh({
    'worker.mjs': workers.http,
    'master.mjs': `${imports} ${start}`,
    'other.mjs': `
      import cluster from 'node:cluster';
      cluster.setupPrimary({ exec: 'master.mjs' });
      cluster.fork();`,
  });
  const running = program(folder, process.execPath, ['other.mjs']);
  await running.printed(/ProteusClusterWarning: cluster\$: expected an ordinary process.*exec_mode 'fork'/);
  expect(running.past('fork')).toEqual([]);
  running.signal('SIGTERM');
  await running.ended();
});

test('one file may be master and worker, without a warning', async () => {
  const folder = fresh();
  const running = master(
    folder,
    `import { createServer } from 'node:http';
     run({ worker: 1, exec: undefined, pid: false });
     if (proteus.isWorker) createServer().listen(0);`,
  );
  await running.event('started');
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).not.toContain('Warning');
});

test('a file of settings that env reads at each fork is followed by a restart', async () => {
  const running = master(
    fresh({ 'worker.mjs': `process.send(process.env.COLOUR); setInterval(() => {}, 1_000);`, '.env': 'COLOUR=red\n' }),
    `import { readFileSync, writeFileSync } from 'node:fs';
     import { parseEnv } from 'node:util';
     run({ worker: 1, exec: 'worker.mjs', pid: false, ready: 'online', disconnectTimeout: 100,
       env: () => parseEnv(readFileSync('.env', 'utf8')) });
     can.change = () => writeFileSync('.env', 'COLOUR=blue\\n');`,
  );
  expect(await running.event('message')).toMatchObject({ message: 'red' });
  await running.event('started');
  await running.call('change');
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect((await running.events('message', 2))[1]).toMatchObject({ message: 'blue' });
});
