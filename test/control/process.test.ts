import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Schema } from '../../src/control/schema.js';
import { fresh, master, type Program, workers } from '../process/harness.js';
import { misfits } from './conforms.js';
import { ask, emptied, following, lines, type Reply, runtimeFolder, socketIn } from './harness.js';

const secret = 'hunter2-hunter2-hunter2';

/** A master with a control server, and its socket. The tests run in a folder of their own. */
const started = async (config: object = {}, script = '', worker: string = workers.http) => {
  const folder = runtimeFolder();
  const options = { worker: 2, exec: 'worker.mjs', log: { file: 'all.log' }, ...config };
  const running = master(fresh({ 'worker.mjs': worker }), `${script}\nrun(${JSON.stringify(options)});`, {
    env: { PROTEUS_RUNTIME_DIR: folder, DATABASE_PASSWORD: secret },
  });
  await running.event('started');
  return { folder, running, socket: await socketIn(folder, running.pid) };
};

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema: Schema }[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<'get' | 'post', Operation | undefined>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const describedBy = async (socket: string) => {
  const { text } = await ask(socket, { path: '/v1/openapi.json' });
  const description: Description = JSON.parse(text);
  /** What in an answer is not as the description says. */
  const wrong = (path: string, { status, headers, text: body }: Reply): readonly string[] => {
    const { get, post } = description.paths[path.replace(/^\/v1/, '').replace(/\?.*/, '')] ?? {};
    const type = headers['content-type'] ?? '';
    const schema = (get ?? post)?.responses[status]?.content[type]?.schema;
    if (schema === undefined) return [`${path}: ${status} ${type} is not described`];
    const values = type === 'application/json' ? [body] : body.split('\n').filter((line) => line !== '');
    return values.flatMap((value) => misfits(schema, JSON.parse(value), description.components.schemas));
  };
  return { description, wrong };
};

const answers: readonly (readonly [path: string, status: number, body?: object])[] = [
  ['/v1/ping', 200],
  ['/v1/ping?x', 400],
  ['/v1/status', 200],
  ['/v1/status?cluster=worker', 200],
  ['/v1/status?cluster=jobs', 404],
  ['/v1/workers', 200],
  ['/v1/workers?slot=2&cluster=worker', 200],
  ['/v1/workers?slot=3', 404],
  ['/v1/config', 200],
  ['/v1/config?cluster=worker', 200],
  ['/v1/config?cluster=jobs', 404],
  ['/v1/stats', 200],
  ['/v1/stats?slot=1&cluster=worker', 200],
  ['/v1/stats?slot=9', 404],
  ['/v1/events', 200],
  ['/v1/events?type=fork,ready&slot=1&cluster=worker&last=3', 200],
  ['/v1/events?since=2', 200],
  ['/v1/events?type=frok', 400],
  ['/v1/logs', 200],
  ['/v1/logs?cluster=worker&slot=1&level=info&output=stdout&contains=a&lines=1&rate=10', 200],
  ['/v1/logs?level=loud', 400],
  ['/v1/logs?cluster=jobs', 404],
  ['/v1/restart', 200, { slot: 1 }],
  ['/v1/restart', 200, {}],
  ['/v1/restart', 404, { slot: 9 }],
  ['/v1/restart', 400, { slot: 'x' }],
  ['/v1/pause', 200, { slot: 2 }],
  ['/v1/pause', 200, { slot: 1, cluster: 'worker' }],
  ['/v1/pause', 404, { slot: 9 }],
  ['/v1/resume', 200, { slot: 2 }],
  ['/v1/resume', 400, {}],
  ['/v1/send', 200, { message: { cmd: 'hello' } }],
  ['/v1/send', 200, { message: 'hello', slot: 1, cluster: 'worker' }],
  ['/v1/send', 404, { message: 'hello', id: 9_999 }],
  ['/v1/reopen', 200, {}],
  ['/v1/scale', 200, { to: 3 }],
  ['/v1/scale', 400, { to: 0 }],
  ['/v1/scale', 200, { to: 2, cluster: 'worker' }],
  ['/v1/openapi.json', 200],
];

/** The requests to one path. */
const used = (path: string) => answers.flatMap(([other]) => (other.startsWith(`/v1${path}`) ? other : []));

const crashing = `${workers.http}
  process.on('message', (message) => { console.log(message); console.error('{"level":50,"msg":"to stderr"}'); });`;

test('every answer of a real master is as the description says, and every method and parameter is described', async () => {
  const { socket, running } = await started({}, '', crashing);
  await running.event('available');
  const { description, wrong } = await describedBy(socket);
  expect(description.openapi).toBe('3.1.0');
  for (const [path, status, body] of answers) {
    // oxlint-disable-next-line no-await-in-loop
    const reply = await ask(socket, { path, ...(body !== undefined && { body: JSON.stringify(body) }) });
    expect(`${path} ${reply.status} ${reply.status === status ? '' : reply.text}`).toBe(`${path} ${status} `);
    expect([path, ...wrong(path, reply)]).toEqual([path]);
  }
  // Those that end the master come last, and those that go on have a test of their own.
  const described = Object.entries(description.paths).filter(
    ([path]) => !['/shutdown', '/force', '/live'].includes(path),
  );
  for (const [path, { get, post }] of described) {
    const names = (get?.parameters ?? []).map(({ name }) => name).filter((name) => name !== 'follow');
    const untried = names.filter((name) => !used(path).some((other) => other.includes(`${name}=`)));
    expect([path, used(path).length > 0, untried]).toEqual([path, true, []]);
    const statuses = Object.keys((get ?? post)?.responses ?? {});
    expect(statuses).toEqual(expect.arrayContaining(['200', '400', '401', '403', '405']));
  }
  const live = following(socket, { path: '/v1/live?last=5&lines=5&level=info&contains=STD&rate=10' });
  const samples = following(socket, { path: '/v1/stats?follow' });
  const logs = following(socket, { path: '/v1/logs?follow&lines=0' });
  expect(await samples.line(() => true)).toMatchObject({ type: 'stats' });
  await ask(socket, { path: '/v1/send', body: '{"message":"to stdout"}' });
  expect(await logs.line(({ msg }) => msg === 'to stderr')).toMatchObject({ output: 'stderr', level: 50 });
  expect(await live.line(({ msg }) => msg === 'to stderr')).toMatchObject({ output: 'stderr' });
  expect(live.lines[0]).toMatchObject({ status: { pid: running.pid }, last: expect.any(Number) });
  const schema = description.paths['/live']?.get?.responses['200']?.content['application/x-ndjson']?.schema ?? {};
  expect(live.lines.flatMap((line) => misfits(schema, line, description.components.schemas))).toEqual([]);
  const shutdown = await ask(socket, { path: '/v1/shutdown', body: '{}' });
  expect(wrong('/v1/shutdown', shutdown)).toEqual([]);
  expect(shutdown.text.trimEnd().split('\n').at(-1)).toBe('{"result":{"outcome":"done"}}');
  await Promise.all([samples.ended, logs.ended]);
  expect(await running.ended()).toEqual({ code: 0, signal: null });
}, 60_000);

test('a restart tells what happens, ends with its result, and goes on when its client goes', async () => {
  const { socket, running } = await started();
  const restart = following(socket, { path: '/v1/restart', body: '{"slot":2}' });
  expect(await restart.line(({ result }) => result !== undefined)).toMatchObject({
    result: { outcome: 'done', replaced: [2], kept: [] },
  });
  await restart.ended;
  const types = restart.lines.flatMap(({ event }) => event?.type ?? []);
  expect(types).toEqual(expect.arrayContaining(['restart', 'restart-begin', 'replace-end', 'restart-end']));
  const left = following(socket, { path: '/v1/restart', verb: 'POST' });
  await left.line(({ event }) => event?.type === 'restart-begin');
  left.stop();
  expect(await running.event(({ type, roll }) => type === 'restart-end' && roll === 2)).toMatchObject({
    result: { outcome: 'done' },
  });
});

test('an aborted restart has its cause', async () => {
  const { socket } = await started(
    { worker: 1, readyTimeout: 5_000 },
    '',
    `
    import { existsSync, writeFileSync } from 'node:fs';
    if (existsSync('broken')) process.exit(3);
    writeFileSync('broken', '');
    ${workers.http}`,
  );
  const restart = following(socket, { path: '/v1/restart', verb: 'POST' });
  const { result } = await restart.line((line) => line.result !== undefined);
  expect(result).toMatchObject({ outcome: 'aborted', kept: [1], cause: { why: expect.stringContaining('code 3') } });
});

test('clients that follow get the last event when the master ends, and nothing keeps it', async () => {
  const { folder, running, socket } = await started();
  const stream = following(socket, { path: '/v1/events?follow' });
  await stream.line(({ event }) => event?.type === 'started');
  running.signal('SIGTERM');
  await stream.ended;
  expect(stream.lines.at(-1)).toMatchObject({ event: { type: 'end' } });
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['process.exit()', `can.leave = () => process.exit(3);`],
  ['an uncaught error', `can.leave = () => setTimeout(() => { throw new Error('on purpose'); });`],
  ['unsubscription', `can.leave = () => subscription.unsubscribe(); process.on('exit', () => {});`],
])('no socket is left after %s', async (_, script) => {
  const folder = runtimeFolder();
  const options = { worker: 1, exec: 'worker.mjs', log: false };
  const running = master(
    fresh({ 'worker.mjs': workers.http }),
    `${script} const subscription = run(${JSON.stringify(options)});`,
    {
      env: { PROTEUS_RUNTIME_DIR: folder },
    },
  );
  await running.event('started');
  await socketIn(folder, running.pid);
  void running.call('leave').catch(() => {});
  await running.ended();
  expect(readdirSync(folder)).toEqual([]);
});

test('a killed master leaves its socket, and the next one removes it', async () => {
  const { folder, running } = await started({ worker: 1 });
  running.signal('SIGKILL');
  await running.ended();
  expect(readdirSync(folder)).toEqual([`${running.pid}.sock`]);
  const next = master(
    fresh({ 'worker.mjs': workers.http }),
    { worker: 1, exec: 'worker.mjs' },
    { env: { PROTEUS_RUNTIME_DIR: folder } },
  );
  await socketIn(folder, next.pid);
  expect(readdirSync(folder)).toEqual([`${next.pid}.sock`]);
  next.signal('SIGTERM');
  await emptied(folder);
});

test('with control: false there is no socket; one that cannot be opened is one error, and the cluster serves', async () => {
  const off = runtimeFolder();
  const config = { worker: 1, exec: 'worker.mjs' };
  const silent = master(
    fresh({ 'worker.mjs': workers.http }),
    { ...config, control: false },
    { env: { PROTEUS_RUNTIME_DIR: off } },
  );
  const refused = master(fresh({ 'worker.mjs': workers.http }), config, {
    env: { PROTEUS_RUNTIME_DIR: '/proc/sockets' },
  });
  expect(await refused.event('error')).toMatchObject({
    error: { message: expect.stringMatching(/^control: the folder of the sockets, \/proc\/sockets, cannot be used/) },
  });
  await Promise.all([silent.event('available'), refused.event('available')]);
  refused.signal('SIGTERM');
  silent.signal('SIGTERM');
  expect(await refused.ended()).toEqual({ code: 0, signal: null });
  await silent.ended();
  expect(refused.past('error')).toHaveLength(1);
  expect(readdirSync(off)).toEqual([]);
});

/** What every method that reads answers. */
const everything = async (socket: string, running: Program): Promise<string> => {
  const paths = ['ping', 'status', 'workers', 'config', 'stats', 'events', 'logs', 'openapi.json'];
  const replies = await Promise.all(paths.map((name) => ask(socket, { path: `/v1/${name}` })));
  return [...replies.map(({ text }) => text), running.output].join('\n');
};

test('no answer has the environment or a secret', async () => {
  const token = `${secret}-token`;
  const { socket, running } = await started({
    env: { API_KEY: secret, PLAIN: 'plain-value-of-env' },
    args: ['--token', secret, `--api-key=${secret}`, '--password', secret],
    control: { port: 0, token },
    log: { file: 'all.log', base: { apiKey: secret }, redact: ['password'] },
  });
  const text = await everything(socket, running);
  expect(text).toContain('"exec":"worker.mjs"');
  expect(text).not.toContain(secret);
  expect(text).not.toContain('plain-value-of-env');
  expect(text).not.toContain('DATABASE_PASSWORD');
});

test('two clusters share the socket, and a request may concern one of them', async () => {
  const folder = runtimeFolder();
  const script = ['web', 'jobs']
    .map((name) => `run({ name: '${name}', pid: false, worker: 1, exec: 'worker.mjs' });`)
    .join('\n');
  const running = master(fresh({ 'worker.mjs': workers.http }), script, { env: { PROTEUS_RUNTIME_DIR: folder } });
  await running.events('started', 2);
  const socket = await socketIn(folder, running.pid);
  const clusters = async () => {
    const { text } = await ask(socket, { path: '/v1/config' });
    return Object.keys(JSON.parse(text)).toSorted();
  };
  await expect.poll(clusters).toEqual(['jobs', 'web']);
  const stopped = await ask(socket, { path: '/v1/shutdown', body: '{"cluster":"jobs"}' });
  expect(stopped.text).toMatch(/\{"result":\{"outcome":"done"\}\}\n$/);
  expect(stopped.text).not.toContain('"cluster":"web"');
  expect(await clusters()).toEqual(['web']);
  const events = await lines(socket, '/v1/events?cluster=jobs&type=end');
  expect(events).toMatchObject([{ event: { type: 'end', cluster: 'jobs' } }]);
  expect(readdirSync(folder)).toEqual([`${running.pid}.sock`]);
  expect(join(folder, `${running.pid}.sock`)).toBe(socket);
});
