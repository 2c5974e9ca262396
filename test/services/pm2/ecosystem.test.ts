import { availableParallelism, homedir } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { EnvironmentVariables } from '../../../src/index.js';
import { merged } from '../../../src/services/layer.js';
import { ecosystemOf, isEcosystem } from '../../../src/services/pm2/ecosystem.js';
import { fresh, write } from '../../process/harness.js';

const folder = '/srv/shop';

/** The options of the only app, and what is noted. */
const mapped = (app: object, profile?: string, cwd = folder) => {
  const { services, notes } = ecosystemOf({ apps: [{ script: 'app.js', ...app }] }, profile, cwd);
  const [service] = services;
  return { name: service?.name, options: merged(service?.layers ?? []), notes };
};

const plain = { worker: 1, cwd: folder, exec: `${folder}/app.js`, args: [], env: {} };

test('the smallest app is a cluster of one worker, as in fork mode', () => {
  expect(mapped({})).toEqual({ name: 'app', options: plain, notes: [] });
  expect(mapped({ exec_mode: 'fork', instances: 1 })).toEqual({ name: 'app', options: plain, notes: [] });
});

test.for<readonly [object, object]>([
  [{ cwd: 'api' }, { cwd: `${folder}/api`, exec: `${folder}/api/app.js` }],
  [{ script: './dist/main.js' }, { exec: `${folder}/dist/main.js` }],
  [{ args: '--port 80 --name "my shop"' }, { args: ['--port', '80', '--name', 'my shop'] }],
  [{ args: ['--port', 80] }, { args: ['--port', '80'] }],
  [
    { node_args: '--max-old-space-size=400 -r dotenv/config' },
    { execArgv: ['--max-old-space-size=400', '-r', 'dotenv/config'] },
  ],
  [{ interpreterArgs: ['--no-warnings'] }, { execArgv: ['--no-warnings'] }],
  [{ interpreter: '/usr/bin/node' }, {}],
  [
    { interpreter: 'tsx', script: 'app.ts' },
    { exec: `${folder}/app.ts`, execArgv: ['--import', 'tsx'] },
  ],
  [{ instances: 4, exec_mode: 'cluster' }, { worker: 4 }],
  [{ instances: '4' }, { worker: 4 }],
  [{ instances: 'max' }, { worker: undefined }],
  [{ instances: 0 }, { worker: undefined }],
  [{ instances: -1 }, { worker: Math.max(1, availableParallelism() - 1) }],
  [{ instances: -1000 }, { worker: 1 }],
  [{ env: { A: 1, B: true, C: { d: 2 }, E: null } }, { env: { A: 1, B: 'true', C: '{"d":2}' } }],
  [{ log: true }, {}],
  [{ port: 8080, env: { A: 'a' } }, { env: { A: 'a', PORT: 8080 } }],
  [{ max_memory_restart: '300M' }, { recycle: { memory: '300M' } }],
  [{ maxMemoryRestart: '314572800' }, { recycle: { memory: 314_572_800 } }],
  [{ kill_timeout: 3000 }, { disconnectTimeout: 3000 }],
  [{ killTimeout: '3000' }, { disconnectTimeout: 3000 }],
  [
    { wait_ready: true, listen_timeout: 10_000 },
    { ready: 'message', readyTimeout: 10_000 },
  ],
  [{ wait_ready: false }, {}],
  [{ max_restarts: 10 }, { maxForkCount: 10 }],
  [
    { max_restarts: 10, instances: 4 },
    { worker: 4, maxForkCount: 40 },
  ],
  [{ max_restarts: 0 }, { respawn: 'temporary' }],
  [{ min_uptime: '2m' }, { minUptime: 120_000 }],
  [{ min_uptime: 5000 }, { minUptime: 5000 }],
  [{ restart_delay: 4000 }, { backoff: { initial: 4000, factor: 1, max: 4000, jitter: 0 } }],
  [{ exp_backoff_restart_delay: 100 }, { backoff: { initial: 100, factor: 1.5, max: 15_000 } }],
  [{ autorestart: false }, { respawn: 'temporary' }],
  [{ autorestart: true }, {}],
  [{ stop_exit_codes: [0] }, { respawn: 'transient' }],
  [{ cron_restart: '0 3 * * *' }, { cron: { at: '0 3 * * *' } }],
  [{ cron_restart: 0 }, {}],
  [{ watch: false, ignore_watch: ['logs'] }, {}],
  [{ watch: true }, { watch: { paths: [folder], ignore: [] } }],
  [
    { watch: ['src', './views'], ignore_watch: ['node_modules', './logs/', 'tmp/**'], watch_delay: 1000 },
    {
      watch: {
        paths: [`${folder}/src`, `${folder}/views`],
        ignore: ['node_modules', `${folder}/logs`, 'tmp'],
        debounce: 1000,
      },
    },
  ],
  [{ out_file: 'out.log' }, { log: { file: `${folder}/out.log` } }],
  [{ out: '/var/log/o.log', error: '/var/log/e.log' }, { log: { file: '/var/log/o.log', stderr: '/var/log/e.log' } }],
  [{ out_file: 'a.log', error_file: 'a.log', merge_logs: true }, { log: { file: `${folder}/a.log` } }],
  [{ log_file: '~/all.log', out_file: 'o.log', error_file: 'e.log' }, { log: { file: `${homedir()}/all.log` } }],
  [{ err_file: 'e.log' }, { log: { file: `${folder}/e.log` } }],
  [{ pid_file: 'shop.pid' }, { pid: `${folder}/shop.pid` }],
  [
    { uid: 1000, gid: 1000 },
    { uid: 1000, gid: 1000 },
  ],
  [{ user: 'root' }, { uid: 0, gid: 0 }],
  [
    { uid: 'root', gid: 7 },
    { uid: 0, gid: 7 },
  ],
  [{ source_map_support: true }, { execArgv: ['--enable-source-maps'] }],
  [{ vizion: false, autorestart: true, automation: false, pmx: true, time: true, merge_logs: true, force: true }, {}],
])('%j', ([app, options]) => {
  const { notes, options: got } = mapped(app);
  expect(got).toEqual({ ...plain, ...options });
  expect(notes).toEqual([]);
});

test('variables of a profile override those of the app', () => {
  const app = { env: { A: 1, B: 1 }, env_production: { B: 2, NODE_ENV: 'production' }, env_test: {} };
  expect(mapped(app).options['env']).toEqual({ A: 1, B: 1 });
  expect(mapped(app, 'production').options['env']).toEqual({ A: 1, B: 2, NODE_ENV: 'production' });
  expect(() => mapped(app, 'prod')).toThrow('env_prod: does not exist in any app. There are production, test');
});

test('the name can have a prefix, and that of the profile', () => {
  expect(mapped({ name: 'api', name_prefix: 'shop-' }).name).toBe('shop-api');
  expect(mapped({ append_env_to_name: true, env_test: {} }, 'test').name).toBe('app-test');
});

test('variables that count are functions of the slot', () => {
  const { env } = mapped({
    instance_var: 'INSTANCE',
    increment_var: 'PORT',
    env: { PORT: 3000, A: 'a' },
    instances: 2,
  }).options;
  // What it is, is asserted by calling it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const of = env as (forked: { slot: number }) => EnvironmentVariables;
  expect([of({ slot: 1 }), of({ slot: 2 })]).toEqual([
    { A: 'a', INSTANCE: 0, PORT: 3000 },
    { A: 'a', INSTANCE: 1, PORT: 3001 },
  ]);
});

test('filter_env removes variables of the master', () => {
  process.env['SHOP_SECRET'] = 'x';
  expect(mapped({ filter_env: ['SHOP_'] }).options['env']).toEqual({ SHOP_SECRET: undefined });
  delete process.env['SHOP_SECRET'];
});

test.for<readonly [object, string]>([
  [
    { exec_mode: 'fork', instances: 2 },
    'apps[0].exec_mode (app): exec_mode: fork is ignored, the workers are a cluster and share the ports on which they listen',
  ],
  [
    { interpreter: 'node@18' },
    'apps[0].interpreter (app): interpreter: workers run with the version of Node that runs the master',
  ],
  [
    { shutdown_with_message: true },
    "apps[0].shutdown_with_message (app): is ignored: a worker drains without being told. Replace process.on('message') for shutdown by onStop of proteus-cluster/worker.",
  ],
  [{ namespace: 'shop' }, 'apps[0].namespace (app): is ignored: services are selected by their names.'],
  [
    { logDateFormat: 'YYYY' },
    'apps[0].logDateFormat (app): is ignored: each record has time in ms since 1970; on a terminal the time is shown.',
  ],
  [
    { watch: true, ignore_watch: ['*.log', /tmp/] },
    'apps[0].watch (app): ignore_watch: patterns are ignored, only paths and names are read. Write them into watch.ignore',
  ],
  [
    { stop_exit_codes: [0, 3] },
    "apps[0].stop_exit_codes (app): stop_exit_codes is ignored: of exit codes only 0 can end a worker (`respawn: 'transient'`). For others write a respawn policy",
  ],
  [
    { treekill: false },
    'apps[0].treekill (app): treekill: false is ignored, a worker that must be killed takes its descendants with it',
  ],
  [
    { out_file: '/dev/null' },
    'apps[0].out_file (app): out_file is ignored: output is not discarded. Without a file it goes to the stdout of the master',
  ],
  [{ env_file: '.env' }, 'apps[0].env_file (app): is no key of pm2'],
  [{ killTimout: 1 }, 'apps[0].killTimout (app): is no key of pm2. Did you mean killTimeout?'],
])('%j is noted', ([app, note]) => {
  const { notes } = mapped(app);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain(note);
});

test('what a file has beside its apps is noted, and an app that is not to start is left out', () => {
  const apps = [{ script: 'a.js' }, { script: 'b.js', autostart: false }];
  const { services, notes } = ecosystemOf({ apps, deploy: {} }, undefined, folder);
  expect(services.map(({ name }) => name)).toEqual(['a']);
  expect(notes).toEqual([
    'autostart: false: one app is left out',
    'deploy is ignored: copy the release in a way of your own, and run `proteus restart`',
  ]);
});

test.for<readonly [unknown, string]>([
  [{ apps: [{}] }, 'apps[0].script: expected the file that the workers run, got none'],
  [{ apps: [{ script: 'a.js' }, { script: 'b.js', instances: 'four' }] }, 'apps[1].instances: expected a number'],
  [{ apps: [{ script: 'a.js', name: 3 }] }, 'apps[0].name: expected a string that is not empty, got 3'],
  [{ apps: [{ script: 'a.js', cwd: {} }] }, 'apps[0].cwd: expected a string that is not empty, got an object'],
  [{ apps: [{ script: 'a.js', error: 3 }] }, 'apps[0].error: expected a string that is not empty, got 3'],
  [{ apps: [] }, 'apps: expected an app, or more, got none'],
  [{ apps: [3] }, 'apps[0]: expected an object, got 3'],
  [
    { apps: [{ script: 'a.js' }, { script: 'lib/a.js' }] },
    'apps[1].name: expected a name of its own, got "a", which another app has',
  ],
  [{ apps: [{ script: 'a.js', kill_timeout: 'soon' }] }, 'apps[0].kill_timeout: expected a number, got "soon"'],
  [
    { apps: [{ script: 'a.js', exec_mode: 'thread' }] },
    "apps[0].exec_mode: expected 'cluster' or 'fork', got \"thread\"",
  ],
  [{ apps: [{ script: 'a.js', env: 'A=1' }] }, 'apps[0].env: expected an object, got a string'],
  [
    { apps: [{ script: 'app.py', interpreter: 'python3' }] },
    'apps[0].script: expected a file that Node runs, got "app.py"',
  ],
  [
    { apps: [{ script: 'a.js', interpreter: 'bun' }] },
    'apps[0].interpreter: expected node, got "bun". Workers run Node. Keep other programs with systemd',
  ],
  [
    { apps: [{ script: 'npm', args: 'start' }] },
    'apps[0].script: expected a file that Node runs, got "npm start". There is no script start in /srv/shop/package.json',
  ],
  [
    { apps: [{ script: 'a.js', user: 'nobody here' }] },
    'apps[0].user: expected a user of this machine, got "nobody here"',
  ],
])('%j is an error', ([read, problem]) => {
  expect(() => ecosystemOf(read, undefined, folder)).toThrow(problem);
});

test('what an ecosystem file exports is recognized', () => {
  expect([{ apps: [] }, [], { pm2: [] }, { script: 'a.js' }].map(isEcosystem)).toEqual([true, true, true, true]);
  expect([{ exec: 'a.js' }, { services: {} }, 3, undefined].map(isEcosystem)).toEqual([false, false, false, false]);
});

/** What an app runs in a folder with some programs. */
const run = (app: object, scripts: object) => {
  const cwd = fresh({
    'package.json': JSON.stringify({ scripts }),
    'server.js': '',
    'bin/www': '#!/usr/bin/env node\n',
    'run.sh': '#!/bin/sh\n',
  });
  write(cwd, { 'node_modules/.bin/next': '#!/usr/bin/env node\n' });
  const { exec, args, env, execArgv } = mapped(app, undefined, cwd).options;
  return { exec: String(exec).replace(`${cwd}/`, ''), args, env, execArgv };
};

describe('a command is resolved to the file that Node runs', () => {
  const server = { exec: 'server.js', args: [], env: {}, execArgv: undefined };

  test.for<readonly [object, object, object]>([
    [{ script: 'npm', args: 'start' }, { start: 'node server.js' }, {}],
    [{ script: 'npm', args: 'run serve' }, { serve: 'node server.js' }, {}],
    [{ script: 'npm run serve -- --port 80' }, { serve: 'node server.js' }, { args: ['--port', '80'] }],
    [{ script: 'yarn', args: ['start'] }, { start: 'node server' }, {}],
    [
      { script: 'npm', args: 'start' },
      { start: 'NODE_ENV=production node --no-warnings -r dotenv/config server.js a' },
      { args: ['a'], env: { NODE_ENV: 'production' }, execArgv: ['--no-warnings', '-r', 'dotenv/config'] },
    ],
    [
      { script: 'npm', args: 'start', env: { NODE_ENV: 'test' } },
      { start: 'cross-env NODE_ENV=production node server.js' },
      { env: { NODE_ENV: 'test' } },
    ],
    [
      { script: 'npm', args: 'start' },
      { start: 'next start -p 80' },
      { exec: 'node_modules/.bin/next', args: ['start', '-p', '80'] },
    ],
    [{ script: 'node_modules/.bin/next', args: 'start' }, {}, { exec: 'node_modules/.bin/next', args: ['start'] }],
    [{ script: 'node server.js' }, {}, {}],
    [{ script: './bin/www' }, {}, { exec: 'bin/www' }],
    [{ script: 'server' }, {}, {}],
  ])('%j with %j', ([app, scripts, expected]) => {
    expect(run(app, scripts)).toEqual({ ...server, ...expected });
  });

  test.for<readonly [object, object, string]>([
    [
      { script: 'npm', args: 'start' },
      { start: 'node build.js && node server.js' },
      'got "npm start". It needs a shell: start. Name the file that it runs',
    ],
    [{ script: 'npm', args: 'start' }, { start: 'npm run serve' }, 'got "npm start". Name the file that it runs'],
    [{ script: 'npm', args: 'run' }, {}, 'got "npm run". There is no script  in'],
    [{ script: './run.sh' }, {}, 'got "./run.sh". Name a file of JavaScript; keep other programs with systemd'],
    [{ script: 'serve', args: 'dist' }, {}, 'got "serve". Name a file of JavaScript'],
    [{ script: 'node --version' }, {}, 'got "node --version". Name the file that node runs'],
  ])('%j with %j is an error', ([app, scripts, problem]) => {
    expect(() => run(app, scripts)).toThrow(problem);
  });
});
