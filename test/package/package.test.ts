import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const tool = (name: string) => join(root, 'node_modules/.bin', name);
const types = `@types/node@${manifest.devDependencies['@types/node']}`;

const folder = mkdtempSync(join(tmpdir(), 'proteus-package-'));
const file = (name: string, text: string) => writeFileSync(join(folder, name), text);
let tarball = '';

beforeAll(async () => {
  // The build that the other tests use as well, not another one beside it.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  tarball = join(folder, /"filename":\s*"([^"]+)"/.exec(stdout)?.[1] ?? '');
  file('package.json', '{ "private": true }');
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, types], { cwd: folder });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const exportNames = ['cluster', 'cluster$', 'events$', 'messages$', 'restart', 'shutdown$', 'cmd'];
const show = `console.log(${JSON.stringify(exportNames)}.map((name) => typeof api[name]).join())`;
const kinds = 'function,function,object,object,function,object,function\n';

test('an ES module imports the package', async () => {
  file('esm.mjs', `import * as api from 'proteus-cluster';\n${show}`);
  expect(await run(process.execPath, ['esm.mjs'], { cwd: folder })).toEqual({ stdout: kinds, stderr: '' });
});

test('the package has the licences of the code of others that is in its files', () => {
  const text = readFileSync(join(folder, 'node_modules/proteus-cluster/dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  const titles = [...text.matchAll(/^(\S+) \d+\.\d+\.\d+ \([-.\w]+\)$/gm)].map(([, name]) => name);
  expect(titles).toEqual(['htm', 'leven', 'preact', 'uplot', 'valibot']);
});

test('a CommonJS module requires the package, without a warning', async () => {
  file('cjs.cjs', `const api = require('proteus-cluster');\n${show}`);
  expect(await run(process.execPath, ['cjs.cjs'], { cwd: folder })).toEqual({ stdout: kinds, stderr: '' });
});

test('the testing entry point is imported and required', async () => {
  const testing = 'console.log(typeof api.simulatedHost, typeof api.rehearse)';
  file('testing.mjs', `import * as api from 'proteus-cluster/testing';\n${testing}`);
  file('testing.cjs', `const api = require('proteus-cluster/testing');\n${testing}`);
  const printed = { stdout: 'function function\n', stderr: '' };
  expect(await run(process.execPath, ['testing.mjs'], { cwd: folder })).toEqual(printed);
  expect(await run(process.execPath, ['testing.cjs'], { cwd: folder })).toEqual(printed);
});

test('the policy entry point is imported and required', async () => {
  const policy = 'console.log(typeof api.policy, typeof api.permanent)';
  file('policy.mjs', `import * as api from 'proteus-cluster/policy';\n${policy}`);
  file('policy.cjs', `const api = require('proteus-cluster/policy');\n${policy}`);
  const printed = { stdout: 'function function\n', stderr: '' };
  expect(await run(process.execPath, ['policy.mjs'], { cwd: folder })).toEqual(printed);
  expect(await run(process.execPath, ['policy.cjs'], { cwd: folder })).toEqual(printed);
});

test('the development entry point is imported and required', async () => {
  const development = 'console.log(typeof api.changes$)';
  file('development.mjs', `import * as api from 'proteus-cluster/development';\n${development}`);
  file('development.cjs', `const api = require('proteus-cluster/development');\n${development}`);
  const printed = { stdout: 'function\n', stderr: '' };
  expect(await run(process.execPath, ['development.mjs'], { cwd: folder })).toEqual(printed);
  expect(await run(process.execPath, ['development.cjs'], { cwd: folder })).toEqual(printed);
});

test('the marbles entry point is imported and required', async () => {
  const marbles = 'console.log(typeof api.toMarbles, typeof api.toSvg)';
  file('marbles.mjs', `import * as api from 'proteus-cluster/marbles';\n${marbles}`);
  file('marbles.cjs', `const api = require('proteus-cluster/marbles');\n${marbles}`);
  const printed = { stdout: 'function function\n', stderr: '' };
  expect(await run(process.execPath, ['marbles.mjs'], { cwd: folder })).toEqual(printed);
  expect(await run(process.execPath, ['marbles.cjs'], { cwd: folder })).toEqual(printed);
});

test('the record entry point is imported and required', async () => {
  const record = 'console.log(typeof api.record, typeof api.replay)';
  file('record.mjs', `import * as api from 'proteus-cluster/record';\n${record}`);
  file('record.cjs', `const api = require('proteus-cluster/record');\n${record}`);
  const printed = { stdout: 'function function\n', stderr: '' };
  expect(await run(process.execPath, ['record.mjs'], { cwd: folder })).toEqual(printed);
  expect(await run(process.execPath, ['record.cjs'], { cwd: folder })).toEqual(printed);
});

test('the client entry point is imported and required', async () => {
  const client = 'console.log(typeof api.connect, typeof api.masters)';
  file('client.mjs', `import * as api from 'proteus-cluster/client';\n${client}`);
  file('client.cjs', `const api = require('proteus-cluster/client');\n${client}`);
  const printed = { stdout: 'function function\n', stderr: '' };
  expect(await run(process.execPath, ['client.mjs'], { cwd: folder })).toEqual(printed);
  expect(await run(process.execPath, ['client.cjs'], { cwd: folder })).toEqual(printed);
});

test('the command is installed', async () => {
  const { stdout, stderr } = await run(join(folder, 'node_modules/.bin/proteus'), ['--version'], { cwd: folder });
  expect({ stdout, stderr }).toEqual({ stdout: `${manifest.version}\n`, stderr: '' });
});

test('the otel entry point is imported and required, and says what it needs', async () => {
  // npm installs no optional peer dependency.
  const otel = `try { api.trace(); } catch (error) { console.log(error.message); }`;
  file('otel.mjs', `import * as api from 'proteus-cluster/otel';\n${otel}`);
  file('otel.cjs', `const api = require('proteus-cluster/otel');\n${otel}`);
  const needs =
    'trace() of proteus-cluster/otel needs the package @opentelemetry/api: npm install @opentelemetry/api, with the SDK of your choice\n';
  expect(await run(process.execPath, ['otel.mjs'], { cwd: folder })).toEqual({ stdout: needs, stderr: '' });
  expect(await run(process.execPath, ['otel.cjs'], { cwd: folder })).toEqual({ stdout: needs, stderr: '' });
});

test('the worker entry point is imported and required, and is inert outside a cluster', async () => {
  const worker = `api.stopping$.subscribe(console.log);
    api.onStop(() => console.log('called'))();
    api.ready();
    console.log(api.worker);`;
  file('worker.mjs', `import * as api from 'proteus-cluster/worker';\n${worker}`);
  file('worker.cjs', `const api = require('proteus-cluster/worker');\n${worker}`);
  const printed = { stdout: 'undefined\n', stderr: '' };
  expect(await run(process.execPath, ['worker.mjs'], { cwd: folder })).toEqual(printed);
  expect(await run(process.execPath, ['worker.cjs'], { cwd: folder })).toEqual(printed);
});

const consumer = `
import { filter, map, type MonoTypeOperatorFunction, retry } from 'rxjs';
import { atLeast, cluster$, cmd, events$, is, logs$, messages$, observe, request, restart, route, writtenBy, writtenWithin, type Config } from 'proteus-cluster';
import { changes$ } from 'proteus-cluster/development';
import { backoff, permanent, policy, type Decision } from 'proteus-cluster/policy';
import { rehearse, simulatedHost } from 'proteus-cluster/testing';
import { logger, messages$ as fromMaster, onStop, ready, send as toMaster, stopping$, worker } from 'proteus-cluster/worker';
const config: Config = { worker: 2, maxSurge: '50%', respawn: 'transient' };
cluster$(config).pipe(filter(is('exit'))).subscribe(({ code }) => { const exit: number | null = code; void exit; });
messages$.pipe(filter(cmd('fromWorker'))).subscribe(({ message, worker }) => { const name: 'fromWorker' = message.cmd; void [name, worker.slot]; });
events$.pipe(filter(is('restart-end'))).subscribe(({ result }) => result.outcome);
changes$('src', { debounce: 100 }).pipe(filter(([first = '']) => first.endsWith('.js'))).subscribe();
void restart().then(({ replaced }) => replaced.length);
void rehearse(simulatedHost(), config);
const slower: MonoTypeOperatorFunction<Decision> = map((decision) => (decision.type === 'respawn' ? { ...decision, delay: 9 } : decision));
const decided: Config = { respawn: policy(permanent(), backoff({ initial: 50 }), slower) };
const retried: Config = { respawn: retry({ delay: 1_000 }) };
// @ts-expect-error blocks are wrapped in policy(…)
const bare: Config = { respawn: permanent() };
void [decided, retried, bare];
stopping$.subscribe((why: string) => { void why; });
const forget: () => void = onStop(async () => worker?.slot.toFixed());
forget();
ready();
logger.info({ order: 17 }, 'paid');
logs$.pipe(filter(atLeast('warn')), filter(writtenBy({ slot: 1 })), filter(writtenWithin({ since: new Date() }))).subscribe(({ worker, msg }) => [worker.slot, msg.length]);
const logging: Config = { log: { file: 'all.log', level: 'debug', rotate: { size: '10M', every: 'day', keep: 3, compress: true } } };
void logging;
toMaster({ cmd: 'x' }, { whenFull: 'drop' }).then(() => {}, () => {});
fromMaster.subscribe(({ message, reply }) => reply?.(message));
request<{ served: number }>({ cmd: 'stats' }, { timeout: 5, to: { slot: 1 } }).subscribe(({ worker, reply, error }) => { const n: number = error ? worker.slot : reply.served; void n; });
observe<number>('x').subscribe(({ value }) => { const n: number = value; void n; });
messages$.pipe(route({ x: ({ worker }) => worker.slot })).subscribe();
// @ts-expect-error the type of worker is a number
const wrong: Config = { worker: '2' };
void wrong;
`;

test('the types serve both kinds of module', async () => {
  file('consumer.mts', consumer);
  file('consumer.cts', consumer);
  const options = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, types: ['node'] };
  file('tsconfig.json', JSON.stringify({ compilerOptions: options, files: ['consumer.mts', 'consumer.cts'] }));
  await expect(run(tool('tsc'), ['-p', folder]).catch(({ stdout }: { stdout: string }) => stdout)).resolves.toEqual({
    stdout: '',
    stderr: '',
  });
});

test('publint and attw find nothing to say', async () => {
  const publint = await run(tool('publint'), ['run', tarball, '--strict']).catch((failed: unknown) => failed);
  expect(publint).toMatchObject({ stdout: expect.stringContaining('All good!') });
  await expect(run(tool('attw'), [tarball, '--profile', 'esm-only'])).resolves.toMatchObject({ stderr: '' });
});

test('the tarball holds the build, the documents and nothing else', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const names = stdout
    .trim()
    .split('\n')
    .map((name) => name.replace('package/', ''));
  expect(
    names.filter(
      (name) =>
        !/^(dist\/.*\.(js|cjs|d\.ts|map|html)|dist\/THIRD-PARTY-LICENSES\.txt|LICENSE|README\.md|CHANGELOG\.md|package\.json)$/.test(
          name,
        ),
    ),
  ).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/preload.cjs']));
});
