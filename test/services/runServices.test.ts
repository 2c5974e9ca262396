import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runServices } from '../../src/services.js';
import { fresh, get, type Program, portOf, program, type Told, write } from '../process/harness.js';

test('runServices errors with ConfigError where there is no such file', async () => {
  const failure = await new Promise<unknown>((resolve) => {
    runServices('/nowhere/proteus.config.js').subscribe({ error: resolve });
  });
  expect(String(failure)).toMatch(
    /^ConfigError: \/nowhere\/proteus\.config\.js: expected a configuration file that exists\. Relative paths/,
  );
});

const prelude = new URL('../process/prelude.mjs', import.meta.url).href;

/** A master that runs a configuration and tells its events. */
const running = (folder: string, path?: string): Program => {
  write(folder, {
    'main.mjs': `
      import { can, tell } from '${prelude}';
      import { runServices } from 'proteus-cluster/services';
      runServices(${JSON.stringify(path)}).subscribe({
        next: tell,
        error: (error) => {
          tell({ type: 'failed', error });
          process.exitCode = 1;
        },
        complete: () => tell({ type: 'completed' }),
      });`,
  });
  return program(folder, process.execPath, ['main.mjs']);
};

const of =
  (cluster: string, type: string) =>
  (told: Told): boolean =>
    told.type === type && told.cluster === cluster;

const order = (told: Told): string => `${told.cluster} ${told.type}`;

/** Answers with a variable. */
const web = `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end(String(process.env.GREETING))).listen(0, '127.0.0.1');`;
const jobs = `process.on('message', () => {}); process.send('ready');`;
const quick = { worker: 1, log: false, minReadyTime: 20, control: false };
const configuration = (config: object) => ({ 'proteus.config.json': JSON.stringify({ ...quick, ...config }) });

describe('services that need each other', () => {
  const files = {
    'web.mjs': web,
    'jobs.mjs': jobs,
    ...configuration({
      services: {
        web: { exec: 'web.mjs', ready: 'listening', after: 'jobs' },
        jobs: { exec: 'jobs.mjs', ready: 'message' },
      },
    }),
  };

  test('start in order, and stop in the reverse order after a signal to the whole group', async () => {
    const master = running(fresh(files));
    await master.event(of('web', 'started'));
    expect(master.told.map(order).filter((text) => /started|web fork/.test(text))).toEqual([
      'jobs started',
      'web fork',
      'web started',
    ]);
    master.signalGroup('SIGTERM');
    expect(await master.ended()).toEqual({ code: 0, signal: null });
    expect(master.told.map(order).filter((text) => /shutdown|end$|completed/.test(text))).toEqual([
      'web shutdown',
      'web end',
      'jobs shutdown',
      'jobs end',
      'undefined completed',
    ]);
  });

  test('stop in the reverse order after shutdown() too, and one alone does not wait', async () => {
    const master = running(fresh(files));
    await master.event(of('web', 'started'));
    await master.call('shutdown', { cluster: 'jobs' });
    expect(master.past('end').map(({ cluster }) => cluster)).toEqual(['jobs']);
    await master.call('shutdown');
    expect(master.past('end').map(({ cluster }) => cluster)).toEqual(['jobs', 'web']);
    expect(await master.ended()).toEqual({ code: 0, signal: null });
  });

  test('stop at once by force', async () => {
    const master = running(fresh(files));
    await master.event(of('web', 'started'));
    await master.call('forceShutdown');
    expect(await master.ended()).toEqual({ code: 0, signal: null });
  });
});

test('a service that cannot start ends alone, what waits for it is not started, and the exit code says so', async () => {
  const master = running(
    fresh({
      'web.mjs': web,
      'broken.mjs': 'throw new Error("broken");',
      ...configuration({
        services: {
          broken: { exec: 'broken.mjs', maxForkCount: 1, ready: 'message' },
          late: { exec: 'web.mjs', after: 'broken' },
          web: { exec: 'web.mjs', ready: 'listening' },
        },
      }),
    }),
  );
  await master.event(({ error }) => error?.message === 'service late is not started, because broken was not');
  await master.event(of('web', 'started'));
  expect(master.past(of('late', 'fork'))).toEqual([]);
  master.signal('SIGTERM');
  expect(await master.ended()).toEqual({ code: 1, signal: null });
  expect(await master.event('failed')).toMatchObject({ error: { name: 'ForkLimitError' } });
});

describe('envFile', () => {
  const config = { exec: 'web.mjs', ready: 'listening', envFile: ['base.env', 'own.env'] };
  const files = { 'web.mjs': web, 'base.env': 'GREETING=base', ...configuration(config) };

  test('is read at each fork', async () => {
    const folder = fresh({ ...files, 'own.env': '# a comment\nGREETING="hello you"\n' });
    const master = running(folder);
    await master.event('started');
    expect(await get(portOf(await master.event('listening')))).toBe('hello you');
    const from = master.told.length;
    writeFileSync(join(folder, 'own.env'), 'OTHER=1');
    expect(await master.call('restart')).toMatchObject({ result: { outcome: 'done' } });
    expect(await get(portOf(await master.event('listening', from)))).toBe('base');
    master.signal('SIGTERM');
    await master.ended();
  });

  test('that is missing at a restart aborts it with an error event, and the old worker stays', async () => {
    const folder = fresh({ ...files, 'own.env': 'GREETING=hello' });
    const master = running(folder, 'proteus.config.json');
    const port = portOf(await master.event('listening'));
    await master.event('started');
    rmSync(join(folder, 'own.env'));
    expect(await master.call('restart')).toMatchObject({ result: { outcome: 'aborted' } });
    const { error } = await master.event('error');
    expect(error?.message).toContain(`envFile: expected a file that can be read, got ${folder}/own.env (ENOENT)`);
    expect(await get(port)).toBe('hello');
    master.signal('SIGTERM');
    await master.ended();
  });
});

test('watch restarts only the service whose file has changed, and not for what is ignored', async () => {
  const folder = fresh({
    'web/index.mjs': web,
    'web/tmp/a.txt': '',
    'jobs.mjs': jobs,
    ...configuration({
      services: {
        web: {
          exec: 'web/index.mjs',
          ready: 'listening',
          watch: { paths: 'web', ignore: 'tmp', debounce: 20 },
        },
        jobs: { exec: 'jobs.mjs', ready: 'message' },
      },
    }),
  });
  const master = running(folder);
  await Promise.all([master.event(of('web', 'started')), master.event(of('jobs', 'started'))]);
  // The watcher may not be active yet: saved until it is seen. In one step, because a worker that reads a file which is being written finds it empty, and never listens.
  const saving = setInterval(() => {
    write(folder, { 'web/tmp/a.txt': 'changed', 'saved.mjs': `${web}\n// changed` });
    renameSync(join(folder, 'saved.mjs'), join(folder, 'web/index.mjs'));
  }, 500);
  await master.event(of('web', 'restart-end'));
  clearInterval(saving);
  expect(await master.event(of('web', 'restart'))).toMatchObject({ why: 'web/index.mjs has changed' });
  expect(master.past(of('jobs', 'restart'))).toEqual([]);
  master.signal('SIGTERM');
  expect(await master.ended()).toEqual({ code: 0, signal: null });
});

test('cron restarts its service', async () => {
  const folder = fresh({
    'jobs.mjs': jobs,
    ...configuration({ name: 'jobs', exec: 'jobs.mjs', ready: 'message', cron: [{ at: '* * * * * *' }] }),
  });
  const master = running(folder);
  expect(await master.event(of('jobs', 'restart'))).toMatchObject({ why: 'cron * * * * * *' });
  await master.event(of('jobs', 'restart-end'));
  master.signal('SIGTERM');
  expect(await master.ended()).toEqual({ code: 0, signal: null });
});

test("an ecosystem file of pm2 runs: an app in fork mode, and one with a worker's number", async () => {
  const folder = fresh({
    'api/server.cjs': `
      const { createServer } = require('node:http');
      createServer((request, response) => response.end(process.env.NODE_ENV + process.env.INSTANCE + process.env.NODE_APP_INSTANCE)).listen(0, '127.0.0.1', () => process.send('ready'));`,
    'ecosystem.config.js': `
      module.exports = {
        apps: [{
          name: 'api',
          cwd: './api',
          script: 'server.cjs',
          instances: 1,
          exec_mode: 'fork',
          wait_ready: true,
          instance_var: 'INSTANCE',
          env: { NODE_ENV: 'development' },
          out_file: './logs/out.log',
        }],
      };`,
  });
  const master = running(folder, 'ecosystem.config.js');
  expect(await get(portOf(await master.event(of('api', 'listening'))))).toBe('development00');
  await master.event(of('api', 'started'));
  master.signal('SIGINT');
  expect(await master.ended()).toEqual({ code: 0, signal: null });
});
