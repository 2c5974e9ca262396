import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { load } from '../loading.js';

const textOf = (name: string): string => readFileSync(new URL(`ecosystems/${name}`, import.meta.url), 'utf8');

const shop = { 'dist/server.js': '', 'dist/mails.js': '', 'ecosystem.config.js': textOf('shop.config.js') };
const path = 'ecosystem.config.js';

test('an API with a worker beside it, in production', async () => {
  const outcome = await load({ files: shop, path, profile: 'production' });
  expect(outcome?.services).toEqual([
    {
      name: 'shop-api',
      config: {
        name: 'shop-api',
        pid: false,
        cwd: 'FOLDER',
        exec: 'FOLDER/dist/server.js',
        args: [],
        execArgv: ['--max-old-space-size=900', '--enable-source-maps'],
        recycle: { memory: '1G' },
        ready: 'message',
        readyTimeout: 10_000,
        disconnectTimeout: 5_000,
        env: { NODE_ENV: 'production', PORT: 8080, TRUST_PROXY: 'true' },
        log: { file: 'FOLDER/logs/api-out.log', stderr: 'FOLDER/logs/api-error.log' },
      },
      after: [],
      cron: [],
    },
    {
      name: 'shop-mails',
      config: {
        name: 'shop-mails',
        pid: false,
        cwd: 'FOLDER',
        exec: 'FOLDER/dist/mails.js',
        args: ['--queue', 'mails'],
        worker: 1,
        maxForkCount: 10,
        minUptime: 10_000,
        backoff: { initial: 4_000, factor: 1, max: 4_000, jitter: 0 },
        env: { NODE_ENV: 'production' },
      },
      after: [],
      cron: [{ at: '0 4 * * *' }],
    },
  ]);
  expect(outcome?.notes).toEqual([
    'apps[0].log_date_format (shop-api): is ignored: each record has time in ms since 1970; on a terminal the time is shown.',
    'deploy is ignored: copy the release in a way of your own, and run `proteus restart`',
  ]);
});

test('without a profile it has the variables of env, and a wrong profile is an error that names those that there are', async () => {
  const outcome = await load({ files: shop, path });
  expect(outcome?.services?.map(({ config }) => config['env'])).toEqual([
    { NODE_ENV: 'development', PORT: 3000 },
    { NODE_ENV: 'development' },
  ]);
  expect(await load({ files: shop, path, profile: 'prodution' })).toEqual({
    failed: 'ConfigError: ecosystem.config.js: env_prodution: does not exist in any app. Did you mean production?',
  });
});

test('a site that npm starts, with tools for its development', async () => {
  const outcome = await load({
    files: {
      'site/package.json': JSON.stringify({ scripts: { start: 'NODE_OPTIONS=--no-warnings node server.js' } }),
      'site/server.js': '',
      'site/styles/site.css': '',
      'tools/styles.js': '',
      'ecosystem.config.js': textOf('site.config.js'),
    },
    path,
  });
  expect(outcome?.services).toMatchObject([
    {
      name: 'site',
      config: {
        cwd: 'FOLDER/site',
        exec: 'FOLDER/site/server.js',
        args: ['--port', '3001'],
        env: { NODE_ENV: 'production', NODE_OPTIONS: '--no-warnings' },
        backoff: { initial: 100, factor: 1.5, max: 15_000 },
      },
    },
    {
      name: 'styles',
      config: { cwd: 'FOLDER', exec: 'FOLDER/tools/styles.js', respawn: 'temporary' },
      watch: {
        paths: ['FOLDER/site/styles', 'FOLDER/tools'],
        ignore: ['node_modules', 'FOLDER/site/styles/cache'],
        debounce: 1_000,
      },
    },
  ]);
  expect(outcome?.notes).toEqual([
    '[1].watch (styles): ignore_watch: patterns are ignored, only paths and names are read. Write them into watch.ignore',
    '[1].watch_options (styles): is ignored: there are watch.paths, watch.ignore and watch.debounce.',
    'autostart: false: one app is left out',
  ]);
});

test('a file of JSON with comments and names in camel case', async () => {
  const outcome = await load({
    files: { 'queue.js': '', 'process.json': textOf('process.json') },
    path: 'process.json',
  });
  expect(outcome?.services).toMatchObject([
    {
      name: 'queue',
      config: {
        exec: 'FOLDER/queue.js',
        worker: 2,
        minUptime: 5_000,
        maxForkCount: 6,
        disconnectTimeout: 8_000,
        log: { file: 'FOLDER/logs/queue.log' },
      },
    },
  ]);
  expect(outcome?.notes).toEqual([
    'apps[0].out (queue): out_file is ignored: output is not discarded. Without a file it goes to the stdout of the master',
  ]);
});
