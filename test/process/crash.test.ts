import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, gone, master, pidOf, portOf, workers } from './harness.js';

const quick = { initial: 1, factor: 1, max: 1, jitter: 0 };

test.each([
  ['an uncaught error', `throw new RangeError('too far');`],
  ['an unhandled rejection', `Promise.reject(new RangeError('too far'));`],
])('%s is told with the exit: name, message and stack', async (_, end) => {
  const program = master(
    fresh({ 'worker.mjs': `process.on('message', function farAway() { ${end} }).send('ready');` }),
    { worker: 1, exec: 'worker.mjs', ready: 'message' },
  );
  await program.event('ready');
  await program.call('send', 'go');
  const exit = await program.event('exit');
  expect(exit).toMatchObject({ code: 1, signal: null, requested: false, reason: 'crash' });
  expect(exit.cause).toMatchObject({ name: 'RangeError', message: 'too far' });
  expect(exit.cause?.stack).toMatch(/^RangeError: too far\n.*farAway .*worker\.mjs:1:/s);
  await program.events('ready', 2);
  expect(program.past('fork').map(({ why }) => why)).toEqual(['start', 'respawn']);
});

test('what is thrown need not be an error', async () => {
  const program = master(fresh({ 'worker.mjs': `throw 'a text';` }), {
    worker: 1,
    exec: 'worker.mjs',
    maxForkCount: 1,
  });
  expect((await program.event('exit')).cause).toEqual({ name: 'Thrown', message: 'a text', stack: '' });
});

test('an error that the application handles is no cause, and no exit', async () => {
  const program = master(
    fresh({
      'worker.mjs': `
        process.on('uncaughtException', ({ message }) => process.send(message));
        process.on('message', () => { throw new Error('handled') });
        process.send('ready');`,
    }),
    { worker: 1, exec: 'worker.mjs', ready: 'message' },
  );
  await program.event('ready');
  await program.call('send', 'go');
  expect(await program.event('message')).toMatchObject({ message: 'handled' });
  program.signal('SIGTERM');
  await program.ended();
  expect(program.past('exit')).toMatchObject([{ code: 0, requested: true }]);
});

test('a crash with its last words: messages, then the exit with its cause, and the exit is the last of the worker', async () => {
  const last = `
    for (let i = 0; i < 50; i++) process.send({ i });
    throw new Error('last words');`;
  const program = master(fresh({ 'worker.mjs': last }), {
    worker: 4,
    exec: 'worker.mjs',
    maxForkCount: 12,
    backoff: quick,
  });
  await program.ended();
  const exits = program.past('exit').filter(({ requested }) => !requested);
  expect(exits.length).toBeGreaterThanOrEqual(12);
  const life = ['fork', 'online', ...Array.from({ length: 50 }, () => 'message'), 'exit'];
  // Node promises no order of `disconnect` and exit, and 24 may be too late with it.
  const others = new Set(['disconnect', 'departure', 'backoff', 'degraded', 'give-up']);
  for (const { worker, cause } of exits) {
    const told = program.past((event) => event.worker?.id === worker?.id && !others.has(event.type));
    expect(told.map(({ type }) => type)).toEqual(life);
    expect(cause?.message).toBe('last words');
  }
});

test('a worker that is killed from outside is replaced on the same port', async () => {
  const program = master(fresh({ 'worker.mjs': workers.http }), { worker: 1, exec: 'worker.mjs', backoff: quick });
  const first = pidOf(await program.event('ready'));
  const port = portOf(await program.event('listening'));
  process.kill(first, 'SIGKILL');
  expect(await program.event('exit')).toMatchObject({
    signal: 'SIGKILL',
    code: null,
    requested: false,
    reason: 'crash',
  });
  expect(await program.event('backoff')).toMatchObject({ slot: 1, charged: true, spent: 1, limit: 100 });
  const [, second] = await program.events('ready', 2);
  expect(second).toMatchObject({ worker: { slot: 1, generation: 2 } });
  const [, listening] = await program.events('listening', 2);
  expect(listening && portOf(listening)).not.toBe(0);
  expect(await get(listening ? portOf(listening) : port)).toBe(String(second?.worker?.pid));
});

test('a crash loop of one worker makes exactly as many forks as maxForkCount, then the cluster gives up', async () => {
  const maxForkCount = 3;
  const folder = fresh({ 'worker.mjs': `throw new Error('broken');` });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', maxForkCount, backoff: quick });
  expect(await program.ended()).toEqual({ code: 1, signal: null });
  expect(program.past('fork')).toHaveLength(maxForkCount);
  expect(await program.event('give-up')).toMatchObject({ spent: maxForkCount, limit: maxForkCount });
  const { error } = await program.event('failed');
  expect(error?.name).toBe('ForkLimitError');
  expect(error?.message).toMatch(/gave up: workers ended .*exited with code 1: Error: broken.*maxForkCount/);
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('with the defaults a service that cannot start ends after five attempts in each slot, with the error of a worker', async () => {
  const folder = fresh({ 'worker.mjs': `throw new RangeError('no database');` });
  const program = master(
    folder,
    `proteus.cluster$({ worker: 2, exec: 'worker.mjs', pid: 'master.pid', log: false, ready: 'online' })
       .subscribe({ next: tell, error: (error) => { tell({ type: 'failed', error, value: String(error.cause) }); throw error; } });`,
  );
  expect(await program.ended()).toEqual({ code: 1, signal: null });
  const { error, value } = await program.event('failed');
  expect(error).toMatchObject({ name: 'ForkLimitError', limit: 5 });
  expect(error?.message).toMatch(/no worker .* failed to start 5 times.*RangeError: no database.*maxStartAttempts/);
  expect(value).toBe('RangeError: no database');
  const waits = program.past('backoff').map(({ slot, delay = 0 }) => ({ slot, delay }));
  for (const slot of [1, 2]) {
    const own = waits.filter((wait) => wait.slot === slot).map(({ delay }) => delay);
    expect(own).toHaveLength(4);
    // 100, 200, 400 and 800 ms, each with 20 % jitter.
    expect(own.reduce((sum, delay) => sum + delay, 0)).toBeLessThanOrEqual(1_800);
  }
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('a program that handles no error ends with the error and a code that is not 0', async () => {
  const folder = fresh({ 'worker.mjs': `process.exit(3);` });
  const program = master(
    folder,
    `proteus.cluster$({ worker: 1, exec: 'worker.mjs', maxForkCount: 1, log: false, pid: 'master.pid' }).subscribe();`,
  );
  expect(await program.ended()).toEqual({ code: 1, signal: null });
  expect(program.output).toMatch(/ForkLimitError: gave up/);
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('a fork that cannot start is one error and one exit, each time', async () => {
  const program = master(
    fresh({ 'worker.mjs': workers.http }),
    `let calls = 0;
     const missing = () => { calls += 1; return calls === 1 ? '.' : 'nowhere'; };
     run({ worker: 1, exec: 'worker.mjs', cwd: missing, maxForkCount: 2, backoff: ${JSON.stringify(quick)} });`,
  );
  expect(await program.ended()).toEqual({ code: 1, signal: null });
  const order = program.told.filter(({ type }) => ['fork', 'error', 'exit', 'disconnect', 'online'].includes(type));
  expect(order.map(({ type }) => type)).toEqual(['fork', 'error', 'exit', 'fork', 'error', 'exit']);
  for (const { error } of program.past('error')) expect(error?.message).toContain('nowhere (ENOENT)');
  for (const exit of program.past('exit')) {
    expect(exit).toMatchObject({ code: null, signal: null, requested: false, reason: 'spawn' });
    expect(exit.worker?.pid).toBeUndefined();
  }
  expect((await program.event('failed')).error?.message).toContain('could not be started');
  expect(new Set(program.past('fork').map(({ worker }) => worker?.id)).size).toBe(2);
});

test('unsubscribing kills every worker; the pid file is removed with the last exit; the process ends by itself', async () => {
  const folder = fresh({ 'worker.mjs': workers.stubborn });
  const program = master(
    folder,
    `import { existsSync } from 'node:fs';
     const running = run({ worker: 3, exec: 'worker.mjs' });
     can.leave = () => { running.unsubscribe(); return existsSync('master.pid'); };`,
  );
  await program.event('started');
  const forks = program.past('fork').map(pidOf);
  const { result } = await program.call('leave');
  expect(result).toBe(true);
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  await gone(...forks);
  expect(program.told.at(-1)).toMatchObject({ type: 'reply' });
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('a second cluster runs after the first has ended, and inherits nothing from it', async () => {
  const folder = fresh({
    'worker.mjs': `process.send([process.cwd(), process.env.ROUND ?? '', ...process.argv.slice(2)]);`,
    'elsewhere/empty': '',
  });
  const program = master(
    folder,
    `const ended = (config) => new Promise((resolve) => {
       const running = proteus.cluster$({ worker: 1, exec: 'worker.mjs', log: false, pid: 'master.pid', ready: 'online', ...config });
       running.subscribe({ next: (event) => { tell(event); if (event.type === 'message') proteus.shutdown(); }, complete: resolve });
     });
     await ended({ cwd: 'elsewhere', args: ['one'], env: { ROUND: '1' } });
     await ended({});
     let calls = 0;
     const missing = () => { calls += 1; return calls === 1 ? '.' : 'nowhere/at/all'; };
     await ended({ cwd: missing, exec: 'worker.mjs', respawn: 'temporary' });
     await ended({});`,
  );
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(program.past('message').map(({ message }) => message)).toEqual([
    [join(folder, 'elsewhere'), '1', 'one'],
    [folder, ''],
    [folder, ''],
  ]);
  expect(new Set(program.past('fork').map(({ worker }) => worker?.id)).size).toBe(4);
});

test('transient decides by the exit: a worker that disconnects and exits with 1 is respawned, one that exits with 0 is not', async () => {
  const program = master(
    fresh({
      'worker.mjs': `
        import cluster from 'node:cluster';
        process.on('message', (code) => {
          process.once('disconnect', () => process.exit(code));
          cluster.worker.disconnect();
        });
        process.send('ready');`,
    }),
    { worker: 1, exec: 'worker.mjs', ready: 'message', respawn: 'transient', backoff: quick },
  );
  await program.event('ready');
  await program.call('send', 1);
  await program.events('ready', 2);
  await program.call('send', 0);
  await program.event('completed');
  expect(program.past('exit')).toMatchObject([
    { reason: 'left', code: 1 },
    { reason: 'left', code: 0 },
  ]);
  expect(program.past('fork').map(({ why }) => why)).toEqual(['start', 'respawn']);
  expect(program.past('backoff')).toHaveLength(1);
});
