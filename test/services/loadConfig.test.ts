import { expect, test } from 'vitest';
import { defineConfig } from '../../src/services.js';
import { load, loadAll, type Loading } from './loading.js';

test('defineConfig returns what it gets', () => {
  const config = { exec: 'worker.js', worker: 4 };
  expect(defineConfig(config)).toBe(config);
});

const files = { 'web.js': '', 'jobs.js': '' };

test('each format is read, as an object, a promise or a function', async () => {
  const esm = `export default { exec: 'web.js', worker: 4 };`;
  const cjs = `module.exports = { exec: 'web.js', worker: 4 };`;
  const loadings: readonly (readonly [string, string])[] = [
    ['proteus.config.mjs', esm],
    ['proteus.config.js', esm],
    ['proteus.config.cjs', cjs],
    ['proteus.config.js', cjs],
    ['proteus.config.cjs', `exports.__esModule = true; exports.default = { exec: 'web.js', worker: 4 };`],
    ['proteus.config.json', '{ "exec": "web.js", "worker": 4 }'],
    [
      'proteus.config.mjs',
      `import { defineConfig } from 'proteus-cluster/services'; export default defineConfig({ exec: 'web.js', worker: 4 });`,
    ],
    ['proteus.config.mjs', `export default Promise.resolve({ exec: 'web.js', worker: 4 });`],
    ['proteus.config.mjs', `export default async () => ({ exec: 'web.js', worker: 4 });`],
    [
      'proteus.config.cjs',
      `module.exports = ({ profile }) => ({ exec: 'web.js', worker: profile === undefined ? 4 : 0 });`,
    ],
  ];
  const outcomes = await loadAll(loadings.map(([name, text]) => ({ files: { ...files, [name]: text } })));
  expect(outcomes).toEqual(
    loadings.map(([name]) => ({
      file: `FOLDER/${name}`,
      services: [
        { config: { pid: false, args: [], exec: 'FOLDER/web.js', worker: 4, cwd: 'FOLDER' }, after: [], cron: [] },
      ],
      notes: [],
    })),
  );
});

test('a file or a folder can be given', async () => {
  const config = `export default { exec: '../web.js' };`;
  const outcomes = await loadAll([
    { files: { ...files, 'conf/shop.mjs': config }, path: 'conf/shop.mjs' },
    { files: { ...files, 'conf/proteus.config.mjs': config }, path: 'conf' },
  ]);
  expect(outcomes.map(({ file }) => file)).toEqual(['FOLDER/conf/shop.mjs', 'FOLDER/conf/proteus.config.mjs']);
  expect(outcomes.map(({ services }) => services?.[0]?.config)).toMatchObject([
    { exec: 'FOLDER/web.js', cwd: 'FOLDER/conf' },
    { exec: 'FOLDER/web.js', cwd: 'FOLDER/conf' },
  ]);
});

test('relative paths start at the folder of the file', async () => {
  const config = {
    exec: 'web.js',
    cwd: 'data',
    pid: 'run/web.pid',
    log: { file: 'all.log', stderr: 'errors.log', level: 'warn' },
    watch: ['src'],
    envFile: ['.env'],
  };
  const outcome = await load({
    files: { ...files, 'data/a': '', 'src/a': '', '.env': 'A=1', 'proteus.config.json': JSON.stringify(config) },
  });
  expect(outcome?.services).toEqual([
    {
      config: {
        pid: 'FOLDER/run/web.pid',
        args: [],
        exec: 'FOLDER/web.js',
        cwd: 'FOLDER/data',
        log: { file: 'FOLDER/all.log', stderr: 'FOLDER/errors.log', level: 'warn' },
      },
      after: [],
      watch: { paths: ['FOLDER/src'], ignore: [] },
      cron: [],
    },
  ]);
});

test('options beside services are for all, and a profile overrides both', async () => {
  const config = {
    worker: 1,
    env: { A: 'top', B: 'top' },
    services: {
      web: { exec: 'web.js', after: 'jobs', env: { B: 'web', C: 'web' }, disconnectTimeout: 1 },
      jobs: { exec: 'jobs.js', worker: 2 },
    },
    profiles: {
      production: { worker: 8, minUptime: 7, services: { web: { env: { C: 'production' }, disconnectTimeout: 2 } } },
    },
  };
  const loading = { files: { ...files, 'proteus.config.json': JSON.stringify(config) } };
  const [plain, production] = await loadAll([loading, { ...loading, profile: 'production' }]);
  expect(plain?.services).toMatchObject([
    { name: 'web', after: ['jobs'], config: { name: 'web', worker: 1, env: { A: 'top', B: 'web', C: 'web' } } },
    { name: 'jobs', after: [], config: { name: 'jobs', worker: 2, env: { A: 'top', B: 'top' } } },
  ]);
  expect(production?.services?.map(({ config }) => config)).toMatchObject([
    { worker: 8, minUptime: 7, disconnectTimeout: 2, env: { A: 'top', B: 'web', C: 'production' } },
    { worker: 2, minUptime: 7, env: { A: 'top', B: 'top' } },
  ]);
});

/** What is said about files that are wrong. */
const complaints = async (cases: readonly (readonly [Loading, string])[]) => {
  const outcomes = await loadAll(cases.map(([loading]) => loading));
  return { said: outcomes.map(({ failed }) => failed), wanted: cases.map(([, text]) => `ConfigError: ${text}`) };
};

const one = (text: string, name = 'proteus.config.mjs'): Loading => ({ files: { ...files, [name]: text } });
const json = (config: unknown, profile?: string): Loading => ({
  ...one(JSON.stringify(config), 'proteus.config.json'),
  ...(profile !== undefined && { profile }),
});

test('a file that cannot be found is an error', async () => {
  const all = 'proteus.config.js, proteus.config.mjs, proteus.config.cjs, proteus.config.ts, proteus.config.json';
  const { said, wanted } = await complaints([
    [{ files }, `the configuration: expected one of ${all} in FOLDER, got none. proteus init writes one`],
    [
      { files: { 'ecosystem.config.js': '' } },
      `the configuration: expected one of ${all} in FOLDER, got none. There is ecosystem.config.js, which is read if you name it`,
    ],
    [
      { files: { 'proteus.config.js': '', 'proteus.config.json': '' } },
      'the configuration: expected one file in FOLDER, got proteus.config.js and proteus.config.json. Remove one, or name the one to use',
    ],
    [
      { files, path: 'other.js' },
      'other.js: expected a configuration file that exists. Relative paths start at FOLDER',
    ],
    [
      { files: { 'proteus.config.mjs': 'export default new Promise(() => {});' } },
      'proteus.config.mjs: expected a configuration, got a promise that nothing can settle any more. Look at what it waits for',
    ],
    [
      { files: { 'proteus.config.mjs': 'export default await new Promise(() => {});' } },
      'proteus.config.mjs: expected a configuration, got a promise that nothing can settle any more. Look at what it waits for',
    ],
    [
      { files: { 'ecosystem.yml': '' }, path: 'ecosystem.yml' },
      'ecosystem.yml: expected JavaScript, TypeScript or JSON, got YAML. Write it as ecosystem.config.js or proteus.config.json',
    ],
    [
      { files: { 'proteus.toml': '' }, path: 'proteus.toml' },
      'proteus.toml: expected a file that ends in .js, .mjs, .cjs, .ts, .mts, .cts or .json',
    ],
  ]);
  expect(said).toEqual(wanted);
});

test('a file that cannot be read is an error with its position', async () => {
  const { said, wanted } = await complaints([
    [
      one('export default {\n  exec: 1\n  worker: 2\n};'),
      "proteus.config.mjs:3: a syntax error: Unexpected identifier 'worker'",
    ],
    [
      one('module.exports = {\n  exec: 1\n  worker: 2\n};', 'proteus.config.cjs'),
      "proteus.config.cjs:3: a syntax error: Unexpected identifier 'worker'",
    ],
    [
      one('const x = {};\nexport default { exec: x.y.z };'),
      "proteus.config.mjs:2:28: the file threw TypeError: Cannot read properties of undefined (reading 'z')",
    ],
    [one('\nthrow "a text";'), 'proteus.config.mjs: the file threw "a text"'],
    [
      one("export default () => {\n  throw new RangeError('no');\n};"),
      'proteus.config.mjs:2:9: the function threw RangeError: no',
    ],
    [
      one("export default async () => {\n  throw new RangeError('no');\n};"),
      'proteus.config.mjs:2:9: the function threw RangeError: no',
    ],
    [
      one("export default Promise.reject(new Error('no'));"),
      'proteus.config.mjs:1:31: the promise rejected with Error: no',
    ],
    [
      one("import './settings.js';"),
      "proteus.config.mjs: Cannot find module 'FOLDER/settings.js' imported from FOLDER/proteus.config.mjs",
    ],
    [
      one('export const exec = 1;'),
      'proteus.config.mjs: expected the configuration as default export, got none. Write export default { … }, or module.exports = { … } in CommonJS',
    ],
    [
      one('', 'proteus.config.cjs'),
      'proteus.config.cjs: expected the configuration as default export, got an empty object. Write export default { … }, or module.exports = { … } in CommonJS',
    ],
    [
      one('{ "exec": "web.js",\n  "worker": }', 'proteus.config.json'),
      'proteus.config.json:2:13: expected JSON, got a syntax error',
    ],
    [
      one('{ "exec": "web.js",\n  "password": "secret" "b" }', 'proteus.config.json'),
      'proteus.config.json:2:24: expected JSON, got a syntax error',
    ],
    [one('', 'proteus.config.json'), 'proteus.config.json:1:1: expected JSON, got a syntax error'],
    [
      one("export default {\n  get exec() {\n    throw new RangeError('no');\n  },\n};"),
      'proteus.config.mjs:3:11: an option threw RangeError: no',
    ],
    [one('export default 3;'), 'proteus.config.mjs: the configuration: expected an object, got 3'],
  ]);
  expect(said).toEqual(wanted);
});

test('what is wrong in a file is named with its place', async () => {
  const web = { exec: 'web.js' };
  const at = 'proteus.config.json: ';
  const size = 'expected a whole number from 1 to 10000, or an Observable of such numbers, got 0';
  const { said, wanted } = await complaints([
    [json({ exec: 'web.js', worker: 0 }), `${at}worker: ${size}`],
    [json({ worker: 2 }), `${at}exec: expected the file that the workers run, got none`],
    [json({ exec: 'wbe.js' }), `${at}exec: expected a file that exists, got FOLDER/wbe.js`],
    [json({ ...web, cwd: 'none' }), `${at}cwd: expected a folder that exists, got FOLDER/none`],
    [json({ ...web, envfile: '.env' }), `${at}envfile: is not an option. Did you mean envFile?`],
    [json({ ...web, profile: {} }), `${at}profile: is not an option. Did you mean profiles?`],
    [json({ ...web, backoff: { jitter: 2 } }), `${at}backoff.jitter: expected a number from 0 to 1, got 2`],
    [json({ ...web, after: 'jobs' }), `${at}after: expected services, got a single one. Write it into services: { … }`],
    [json({ services: { web: { ...web, worker: 0 } } }), `${at}services.web.worker: ${size}`],
    [json({ worker: 0, services: { web } }), `${at}worker: ${size}`],
    [json({ services: { web: {} } }), `${at}services.web.exec: expected the file that the workers run, got none`],
    [json({ services: { web: 'web.js' } }), `${at}services.web: expected an object, got "web.js"`],
    [json({ services: { '': web } }), `${at}services.: expected a name that is not empty, got ""`],
    [json({ services: [] }), `${at}services: expected an object, got an array`],
    [json({ services: {} }), `${at}services: expected a service, or more, by their names, got none`],
    [
      json({ name: 'a', services: { web } }),
      `${at}name: expected this in one of the services, not beside them. The name of a service is its key in services`,
    ],
    [
      json({ services: { web: { ...web, name: 'a' } } }),
      `${at}services.web.name: expected none, because the name of a service is its key in services. Leave it out`,
    ],
    [
      json({ services: { web: { ...web, after: 'job' }, jobs: web } }),
      `${at}services.web.after: expected the name of another service, got "job". Did you mean jobs?`,
    ],
    [
      json({ services: { web: { ...web, after: ['jobs', 3] }, jobs: web } }),
      `${at}services.web.after[1]: expected the name of a service, got 3`,
    ],
    [
      json({ services: { a: { ...web, after: 'b' }, b: { ...web, after: 'c' }, c: { ...web, after: 'a' } } }),
      `${at}services.a.after: expected an order in which the services can start, got a cycle: a is after b is after c is after a`,
    ],
    [
      json({ services: { a: { ...web, after: 'a' } } }),
      `${at}services.a.after: expected an order in which the services can start, got a cycle: a is after a`,
    ],
    [json({ ...web, profiles: { production: { worker: 0 } } }), `${at}profiles.production.worker: ${size}`],
    [
      json({ services: { web }, profiles: { production: { services: { web: { worker: 0 } } } } }),
      `${at}profiles.production.services.web.worker: ${size}`,
    ],
    [
      json({ services: { web }, profiles: { production: { services: { wbe: {} } } } }),
      `${at}profiles.production.services.wbe: is not a service of this file. Did you mean web?`,
    ],
    [
      json({ ...web, profiles: { production: { services: {} } } }),
      `${at}profiles.production.services: expected services beside profiles as well, got none. Write the options of the only service directly into the profile`,
    ],
    [
      json({ ...web, profiles: { production: {}, test: {} } }, 'prod'),
      `${at}profiles.prod: does not exist. There are production, test`,
    ],
    [
      json({ ...web, profiles: { production: {} } }, 'prodution'),
      `${at}profiles.prodution: does not exist. Did you mean production?`,
    ],
    [json(web, 'production'), `${at}profiles.production: does not exist. There are none`],
    [json({ ...web, envFile: '.env' }), `${at}envFile: expected a file that can be read, got FOLDER/.env (ENOENT)`],
    [
      { files: { ...json({ ...web, envFile: '.env' }).files, '.env': 'A=1\n\nsecret\nB=2\n' } },
      `${at}envFile: expected NAME=value in line 3 of FOLDER/.env`,
    ],
    [
      { files: { ...json({ ...web, envFile: '.env' }).files, '.env': 'A=1\nB=sec\0ret\n' } },
      `${at}envFile: expected a value without a NUL character in line 2 of FOLDER/.env`,
    ],
    [json({ ...web, envFile: '.' }), `${at}envFile: expected a file that can be read, got FOLDER (no regular file)`],
    [json({ ...web, envFile: [3] }), `${at}envFile[0]: expected a path or a file: URL, got 3`],
    [json({ ...web, watch: 3 }), `${at}watch: expected true, a path, or a list of paths, got 3`],
    [
      json({ ...web, watch: ['.', 'scr'] }),
      `${at}watch: expected files or folders that exist, got FOLDER/scr. Relative paths start at the folder of the file`,
    ],
    [json({ ...web, watch: [] }), `${at}watch: expected a path, or more, got none`],
    [json({ ...web, watch: { path: 'src' } }), `${at}watch.path: is not an option. Did you mean watch.paths?`],
    [json({ ...web, watch: { debounce: -1 } }), `${at}watch.debounce: expected a time in ms, 0 or more, got -1`],
    [json({ ...web, watch: { ignore: [''] } }), `${at}watch.ignore[0]: expected a path or a name, got ""`],
    [
      json({ ...web, cron: '* *' }),
      `${at}cron: expected a cron expression that is due some time, such as '0 3 * * *', got "* *". invalid configuration format ('* *'), exactly five, six, or seven space separated parts are required. The fields are minute, hour, day of the month, month and day of the week`,
    ],
    [
      json({ ...web, cron: [{ at: '0 3 * * *', timezone: 'Mars' }] }),
      `${at}cron[0].timezone: expected the IANA name of a time zone, such as 'Europe/Berlin', got "Mars"`,
    ],
    [json({ ...web, cron: { at: '0 3 * * *', action: 'stop' } }), `${at}cron.action: expected 'restart', got "stop"`],
    [json({ ...web, cron: { when: '0 3 * * *' } }), `${at}cron.when: is not an option. There are at, action, timezone`],
    [json({ ...web, cron: 3 }), `${at}cron: expected a cron expression, or { at, action, timezone }, got 3`],
  ]);
  expect(said).toEqual(wanted);
});

test('names that every object has are names of services as any other', async () => {
  const services = { constructor: { exec: 'web.js' }, toString: { exec: 'web.js', after: 'constructor' } };
  const outcome = await load(json({ services, profiles: { production: { services: {} } } }, 'production'));
  expect(outcome?.services).toMatchObject([{ name: 'constructor' }, { name: 'toString', after: ['constructor'] }]);
});

test('a byte order mark, as some editors write it, is no part of the JSON', async () => {
  const outcome = await load(one('\uFEFF{ "exec": "web.js" }', 'proteus.config.json'));
  expect(outcome?.services).toMatchObject([{ config: { exec: 'FOLDER/web.js' } }]);
});

test('a profile that a function handles itself needs no profiles', async () => {
  const text = `export default ({ profile }) => ({ exec: 'web.js', worker: profile === 'production' ? 8 : 1 });`;
  const outcome = await load({ ...one(text), profile: 'production' });
  expect(outcome?.services).toMatchObject([{ config: { worker: 8 } }]);
});

test('TypeScript is read where Node runs it, and an error says what to do elsewhere', async () => {
  const text = `import { defineConfig } from 'proteus-cluster/services';\nexport default defineConfig({ exec: 'web.js', worker: 4 as number });`;
  const outcome = await load(one(text, 'proteus.config.ts'));
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const runs = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
  expect(outcome).toMatchObject(
    runs
      ? { services: [{ config: { worker: 4 } }] }
      : {
          failed: `ConfigError: proteus.config.ts: expected a Node that runs TypeScript, 22.18 or later, got ${process.versions.node}. Rename it to proteus.config.js and remove its types (defineConfig checks it there too), or set NODE_OPTIONS='--import tsx'`,
        },
  );
});
