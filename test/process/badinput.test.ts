import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fresh, master, program, workers } from './harness.js';

const http = { 'worker.mjs': workers.http };
/** What a master that did not start has left behind. */
const traces = (folder: string) =>
  readdirSync(folder).filter((name) => !['master.mjs', 'worker.mjs', 'node_modules'].includes(name));

test.each([
  [
    'an option that does not exist',
    { disconectTimeout: 1 },
    'disconectTimeout: is not an option. Did you mean disconnectTimeout?',
  ],
  [
    'worker: 0',
    { worker: 0 },
    'worker: expected a whole number from 1 to 10000, or an Observable of such numbers, got 0',
  ],
  [
    'a port that there is not',
    { worker: 2, execArgv: ['--inspect=99999'] },
    'execArgv: expected an inspector port that is 0, or from 1024 to 65533, got --inspect=99999. Each slot adds its number; the last is 2',
  ],
])('%s throws at once, and nothing is started', async (_, options, message) => {
  const folder = fresh(http);
  const running = master(
    folder,
    `try { run(${JSON.stringify({ exec: 'worker.mjs', ...options })}); } catch (error) { tell({ type: 'threw', error }); }
     tell({ type: 'handlers', value: ['SIGTERM', 'SIGINT', 'SIGUSR2'].map((name) => process.listenerCount(name)) });`,
  );
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.told).toMatchObject([
    { type: 'threw', error: { name: 'ConfigError', message } },
    { type: 'handlers', value: [0, 0, 0] },
  ]);
  expect(traces(folder)).toEqual([]);
});

test('an exec that does not exist is one error that names the path, before anything is claimed', async () => {
  const folder = fresh(http);
  const running = master(folder, { worker: 1, exec: 'wroker.mjs' });
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.told).toMatchObject([
    {
      type: 'failed',
      error: {
        name: 'ConfigError',
        option: 'exec',
        message: `exec: expected a file that exists, got ${folder}/wroker.mjs. Relative paths start at ${folder}`,
      },
    },
  ]);
  expect(traces(folder)).toEqual([]);
});

test('node -e has no file for its workers to run', async () => {
  const folder = fresh(http);
  const running = program(folder, process.execPath, ['-e', `require('proteus-cluster').cluster$().subscribe()`]);
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.output).toContain('exec: expected the file that the workers run, got none');
});

test('a second cluster of the same name is refused, and the first one is not affected', async () => {
  const folder = fresh(http);
  const running = master(
    folder,
    `const conf = { worker: 1, exec: 'worker.mjs', pid: 'master.pid', log: false, ready: 'listening' };
     const cluster$ = proteus.cluster$(conf);
     cluster$.subscribe(tell);
     const again = (source$) => source$.subscribe({ next: () => tell({ type: 'wrong' }), error: (error) => tell({ type: 'refused', error }) });
     again(cluster$);
     again(proteus.cluster$({ ...conf, name: 'worker', pid: 'other.pid' }));`,
  );
  await running.event('started');
  const message = "cluster$: a cluster 'worker' is running. Give this one another name, or shut that one down first";
  expect(running.past('refused')).toMatchObject([
    { error: { name: 'AlreadyRunningError', message } },
    { error: { name: 'AlreadyRunningError', message } },
  ]);
  expect(traces(folder)).toEqual(['master.pid']);
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('wrong')).toEqual([]);
});

const nothing = (name: string) => ({
  name: 'NotRunningError',
  message: `${name}: expected a running cluster, there is none. Subscribe to cluster$(conf) first, and again after it has ended`,
});

test('restart() and send() before the start and after the end say that nothing runs; shutdown() has nothing to do', async () => {
  const running = master(
    fresh(http),
    `const attempt = async (when) => {
       for (const name of ['restart', 'shutdown', 'forceShutdown']) {
         await proteus[name]().then(() => tell({ type: when, why: name }), (error) => tell({ type: when, why: name, error }));
       }
       try { proteus.send('hello'); } catch (error) { tell({ type: when, why: 'send', error }); }
     };
     proteus.events$.subscribe(({ type, error }) => type === 'error' && tell({ type: 'event', error }));
     proteus.restart$.next('now');
     await attempt('before');
     await new Promise((resolve) => {
       proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: false, log: false, ready: 'listening' })
         .subscribe({ next: ({ type }) => type === 'started' && proteus.shutdown(), complete: resolve });
     });
     await attempt('after');`,
  );
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  for (const when of ['before', 'after']) {
    expect(running.past(when)).toMatchObject([
      { why: 'restart', error: nothing('restart()') },
      { why: 'shutdown' },
      { why: 'forceShutdown' },
      { why: 'send', error: nothing('send()') },
    ]);
    expect(running.past(when).filter(({ error }) => error)).toHaveLength(2);
  }
  // A rejection is an event as well.
  expect(running.past('event')).toMatchObject([
    { error: { message: expect.stringContaining('restart$') } },
    { error: nothing('restart()') },
    { error: nothing('restart()') },
  ]);
});

test('with log: false and a working cluster nothing is written', async () => {
  const running = master(fresh(http), { worker: 1, exec: 'worker.mjs' });
  await running.event('started');
  running.signal('SIGTERM');
  await running.ended();
  expect(running.output).toBe('');
});

test('the error of a cluster that cannot start is in its log, too', async () => {
  const folder = fresh(http);
  const running = program(folder, process.execPath, [
    '-e',
    `require('proteus-cluster').cluster({ exec: 'nothing.js', pid: 'master.pid' })`,
  ]);
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.output.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(running.output)).toMatchObject({ level: 50, msg: expect.stringMatching(/^exec: expected a file/) });
});

test('a logger that throws ends nothing: it becomes one error event', async () => {
  const folder = fresh(http);
  const running = master(
    folder,
    `const fail = () => { throw new Error('disk full'); };
     const log = { child: () => log, isLevelEnabled: () => true, debug: fail, info: fail, warn: fail, error: fail };
     run({ worker: 1, exec: 'worker.mjs', pid: false, ready: 'listening', log });`,
  );
  await running.event('started');
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('error')).toMatchObject([{ error: { message: 'log threw: disk full' } }]);
});

test('a pid path below a file, or too long, is one PidFileError that names the path', async () => {
  const folder = fresh(http);
  const long = `${'x'.repeat(300)}.pid`;
  const running = master(
    folder,
    `const refused = (pid) => proteus.cluster$({ exec: 'worker.mjs', pid, log: false }).subscribe({ error: (error) => tell({ type: 'refused', error }) });
     refused('worker.mjs/master.pid');
     refused('${long}');`,
  );
  await running.ended();
  expect(running.past('refused')).toMatchObject([
    {
      error: {
        name: 'PidFileError',
        message: expect.stringMatching(/^pid: .*worker\.mjs\/master\.pid cannot be written \(ENOTDIR\)/),
      },
    },
    { error: { name: 'PidFileError', message: expect.stringContaining('cannot be written (ENAMETOOLONG)') } },
  ]);
});

test('what is asked by an onlooker before the first fork is not lost', async () => {
  const folder = fresh(http);
  const running = master(
    folder,
    `let asked = false;
     proteus.workers$.subscribe((slots) => {
       if (asked || slots.length === 0) return;
       asked = true;
       proteus.restart().then((result) => tell({ type: 'restarted', result }));
     });
     run({ worker: 1, exec: 'worker.mjs', pid: false, ready: 'listening', log: false, minReadyTime: 0 });`,
  );
  expect(await running.event('restarted')).toMatchObject({ result: { outcome: 'done', replaced: [1] } });
  running.signal('SIGTERM');
  await running.ended();
});

test('a fork that cannot start says why with its exit', async () => {
  const folder = fresh(http);
  const running = master(
    folder,
    `let calls = 0;
     const missing = () => { calls += 1; return calls === 1 ? '/' : '/nowhere/at/all'; };
     run({ worker: 1, exec: 'worker.mjs', cwd: missing, maxForkCount: 1 });`,
  );
  const exit = await running.event('exit');
  expect(exit).toMatchObject({
    reason: 'spawn',
    cause: { message: expect.stringContaining('/nowhere/at/all (ENOENT)') },
  });
  expect((await running.ended()).code).not.toBe(0);
});

test('an async listener that rejects is an error event that names it, and nothing ends', async () => {
  const folder = fresh({ 'worker.mjs': `${workers.http}\nprocess.send({ cmd: 'hello' });` });
  const running = master(
    folder,
    `proteus.cluster.addMessageListener('hello', async () => { throw new Error('no'); });
     run({ worker: 1, exec: 'worker.mjs', pid: false, ready: 'listening', log: false });`,
  );
  expect(await running.event('error')).toMatchObject({ error: { message: "a listener of 'hello' threw: no" } });
  await running.event('started');
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});

test("an error of a worker's own channel is the application's, where it listens for it", async () => {
  const own = `import cluster from 'node:cluster';
    cluster.worker.on('error', (error) => console.log('handled', error.code));
    process.on('disconnect', () => process.send('too late'));`;
  const folder = fresh({ 'worker.mjs': `${workers.http}\n${own}` });
  const running = master(folder, { worker: 1, exec: 'worker.mjs', pid: false, ready: 'listening', log: false });
  await running.event('started');
  running.signal('SIGTERM');
  expect(await running.event('exit')).toMatchObject({ code: 0, requested: true });
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});
