/** What workers, clients and releases do wrong: each ends in a defined state, in time, and an event says what happened. */
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Program, program as run, workers, write } from './harness.js';

const ask = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
/** Long enough for a busy machine, so that only workers are killed that should be. */
const disconnectTimeout = 10_000;

const start = async (source: string, options: object = {}) => {
  const program = master(fresh({ 'worker.mjs': source }), {
    worker: 1,
    exec: 'worker.mjs',
    disconnectTimeout,
    ...options,
  });
  await program.event('started');
  return program;
};

/** The events of the end, in order: errors, and the exit. */
const story = (program: Program) =>
  program.told.flatMap(({ type, why, error, code, signal }) => {
    if (type === 'error') return [error?.message];
    if (type === 'kill') return [`${signal}: ${why}`];
    if (type === 'cut' || type === 'leaving') return [`${type}: ${why}`];
    return type === 'exit' ? [`exit ${code ?? signal}`] : [];
  });

const hooks = `
  import { createServer } from 'node:http';
  import { onStop } from 'proteus-cluster/worker';
  createServer((request, response) => response.end()).listen(0, '127.0.0.1');
  onStop(() => process.send('first'));`;

test.each([
  [
    'throws, or rejects',
    `onStop(() => { throw new Error('no pool'); }); onStop(async function queue() { throw 'no queue'; });`,
    { drain: { linger: 50 } },
    ['onStop: queue failed: no queue', 'onStop: a hook failed: no pool', 'exit 0'],
    ['first'],
  ],
  [
    'never settles',
    `onStop(function pool() { return new Promise(() => {}); });`,
    { drain: { cut: 200, linger: 50 } },
    [expect.stringMatching(/^onStop: pool has not settled \d+ ms after it could begin$/), 'exit 0'],
    ['first'],
  ],
  [
    'blocks',
    `onStop(function pool() { for (;;); });`,
    { disconnectTimeout: 600 },
    [
      'SIGTERM: still there 450 ms after it was asked to leave',
      'SIGKILL: still there 600 ms after it was asked to leave',
      'exit SIGKILL',
    ],
    [],
  ],
])('a stop hook that %s', async (_, hook, options, told, messages) => {
  const program = await start(hooks + hook, options);
  program.signal('SIGTERM');
  await program.event('completed');
  expect(program.past('hooks')).toHaveLength(1);
  expect(story(program)).toEqual(told);
  expect(program.past('message').map(({ message }) => message)).toEqual(messages);
});

test('ready() is never called: the new worker is dropped in time, and the old one serves on', async () => {
  const folder = fresh({ 'worker.mjs': workers.http + `process.send('ready');` });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', ready: 'message', readyTimeout: 600 });
  await program.event('started');
  write(folder, { 'worker.mjs': workers.http });
  const { result } = await program.call('restart');
  expect(result).toMatchObject({ outcome: 'aborted', kept: [1], cause: { why: expect.stringContaining('600 ms') } });
  expect(program.past(({ type, worker }) => type === 'overdue' && worker?.generation === 2)).toHaveLength(1);
  expect(await get(portOf(await program.event('listening')))).toBe(String(pidOf(await program.event('ready'))));
});

test('a port that is taken: the cluster gives up with the reason', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const folder = fresh({ 'worker.mjs': workers.http.replace('listen(0', `listen(${port}`) });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', maxForkCount: 1 });
  const { error } = await program.event('failed');
  expect(error).toMatchObject({ name: 'ForkLimitError', message: expect.stringContaining('EADDRINUSE') });
  expect(await program.event('exit')).toMatchObject({
    code: 1,
    cause: { message: expect.stringContaining(`:${port}`) },
  });
  expect(await program.ended()).toEqual({ code: 1, signal: null });
});

/** Each of these does it on its first request, which it answers 100 ms later. */
const onRequest = (act: string, more = '') => `
  import cluster from 'node:cluster';
  import { createServer } from 'node:http';
  ${more}
  const server = createServer((request, response) => {
    setTimeout(() => response.end(String(process.pid)), 100);
    ${act}
  }).listen(0, '127.0.0.1');
  const timer = setInterval(() => {}, 1_000);`;

test.each([
  [
    'disconnects itself',
    'cluster.worker.disconnect(); clearInterval(timer);',
    ['leaving: disconnected', 'exit 0'],
    200,
  ],
  ['exits in the middle of a request', 'process.exit(3);', ['exit 3'], 'ECONNRESET'],
  ['closes its channel', 'process.disconnect();', ['exit 0'], 'ECONNRESET'],
])('a worker that %s is replaced, and exits in time', async (_, act, told, answer) => {
  const program = await start(onRequest(act), { drain: { linger: 50 } });
  const first = pidOf(await program.event('ready'));
  const seen = get(portOf(await program.event('listening'))).catch(({ code }: { code: string }) => code);
  expect(await seen).toBe(answer === 200 ? String(first) : answer);
  await program.events('ready', 2);
  await program.event('exit');
  expect(story(program)).toEqual(told);
});

test('a worker that closes its channel and does not exit is killed and replaced', async () => {
  const program = await start(onRequest(`process.on('exit', () => { for (;;); }); process.disconnect();`), {
    disconnectTimeout: 500,
  });
  await get(portOf(await program.event('listening'))).catch(() => {});
  await program.events('ready', 2);
  expect(story(program)).toEqual(['SIGKILL: still there 500 ms after it closed its channel', 'exit SIGKILL']);
  expect(await program.event('exit')).toMatchObject({ requested: false, reason: 'crash' });
  expect(await program.event('departure')).toMatchObject({
    slot: 1,
    why: 'was ended by SIGKILL: Error: still there 500 ms after it closed its channel',
  });
});

test('clients that do not read, or send only half a request, are closed, and that is reported', async () => {
  const program = await start(
    `import { createServer } from 'node:http';
     createServer((request, response) => {
       response.end(Buffer.alloc(50_000_000));
       process.send('asked');
     }).listen(0, '127.0.0.1');`,
    { drain: { grace: 0, cut: 1_300 } },
  );
  const port = portOf(await program.event('listening'));
  const [deaf, half] = [connect(port, '127.0.0.1').pause(), connect(port, '127.0.0.1')];
  deaf.on('error', () => {}).write(ask);
  half.write('POST / HTTP/1.1\r\nHo');
  let answer = '';
  half.setEncoding('utf8').on('data', (text: string) => (answer += text));
  await program.event('message');
  const ended = once(half, 'close');
  program.signal('SIGTERM');
  await ended;
  expect(answer).toMatch(/^HTTP\/1.1 408 .*\r\nConnection: close\r\n\r\n$/);
  await program.event('completed');
  expect(story(program)).toEqual([
    'cut: half a request had come, and nothing for 1000 ms',
    'cut: still open 1300 ms after it was asked to leave',
    'exit 0',
  ]);
  deaf.destroy();
});

test('a preload that is not there any more: workers serve without it, and each says so', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const home = join(folder, 'node_modules/proteus-cluster');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  rmSync(home);
  mkdirSync(home);
  for (const name of ['dist', 'package.json']) cpSync(join(root, name), join(home, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  write(folder, {
    'master.mjs': `
      import { cluster$, events$ } from 'proteus-cluster';
      cluster$({ worker: 1, exec: 'worker.mjs', pid: false, log: false, ready: 'listening', minReadyTime: 20 }).subscribe();
      events$.subscribe(({ type, error, code }) => type === 'started' ? console.log(type) : (error ?? code) !== undefined && console.log(type, code, error?.message));`,
  });
  const program = run(folder, process.execPath, ['master.mjs']);
  await program.printed(/started/);
  rmSync(join(home, 'dist/preload.cjs'));
  program.signal('SIGUSR2');
  await program.printed(/error undefined preload: .*preload\.cjs cannot be loaded into the worker \(ENOENT\)/);
  await program.printed(/exit 0/);
  program.signal('SIGTERM');
  expect(await program.exited()).toEqual({ code: 0, signal: null });
  expect(program.output.match(/exit 0/g)).toHaveLength(2);
});
