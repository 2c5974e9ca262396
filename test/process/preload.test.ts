import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, program, type Told, workers, write } from './harness.js';

test('whatever a worker throws, its own handler runs, and the master gets the cause', async () => {
  const folder = fresh({
    'worker.mjs': `
      const trap = () => { throw new Error('trap'); };
      const thrown = [
        Object.create(null),
        new Proxy({}, { getPrototypeOf: trap, get: trap }),
        new Proxy(new Error('hidden'), { get: trap }),
        Object.defineProperty(new Error(), 'message', { get: trap }),
        Object.assign(new Error('odd'), { name: Symbol('name'), stack: undefined }),
        Symbol('symbol'),
        { toString: trap },
        undefined,
        new Error('m'.repeat(1_000_000)),
      ];
      let handled = 0;
      process.on('uncaughtException', () => {
        handled += 1;
        if (handled < thrown.length) next();
        else process.send({ handled }, () => process.exit(3));
      });
      const next = () => setImmediate(() => { throw thrown[handled]; });
      next();
    `,
  });
  const app = master(folder, { worker: 1, exec: 'worker.mjs', respawn: 'temporary', ready: 'online' });
  const exit = await app.event('exit');
  expect(app.past('message')).toMatchObject([{ message: { handled: 9 } }]);
  expect(exit).toMatchObject({ code: 3 });
});

test('an error that the application has handled is not the cause of what ends the worker later', async () => {
  const folder = fresh({
    'worker.mjs': `
      process.on('uncaughtException', () => setImmediate(() => setImmediate(() => process.send('handled'))));
      process.on('message', () => process.kill(process.pid, 'SIGKILL'));
      throw new Error('harmless');
    `,
  });
  const app = master(folder, { worker: 1, exec: 'worker.mjs', respawn: 'temporary', ready: 'online' });
  await app.event('message');
  await app.call('send', 'die');
  const exit = await app.event('exit');
  expect(exit).toMatchObject({ signal: 'SIGKILL', reason: 'crash' });
  expect(exit.cause).toBeUndefined();
});

test.each([
  ['exits', 'process.exit(1)'],
  [
    'sets the exit code and closes',
    'process.exitCode = 1; setImmediate(() => setImmediate(() => server.close(() => process.exit())))',
  ],
])('an error whose handler %s is the cause', async (_, end) => {
  const folder = fresh({
    'worker.mjs': `
      import { createServer } from 'node:net';
      const server = createServer().listen(0, '127.0.0.1', () => { throw new Error('fatal'); });
      process.on('uncaughtException', () => { ${end}; });
    `,
  });
  const app = master(folder, { worker: 1, exec: 'worker.mjs', respawn: 'temporary' });
  expect(await app.event('exit')).toMatchObject({ code: 1, cause: { name: 'Error', message: 'fatal' } });
});

test('a worker that sends when its channel has closed finishes its work', async () => {
  const folder = fresh({
    'worker.mjs': `
      import cluster from 'node:cluster';
      process.on('disconnect', () => {
        process.send('too late');
        process.disconnect();
        setTimeout(() => {
          process.send('much too late');
          setImmediate(() => setImmediate(() => process.stdout.write('finished\\n', () => process.exit(0))));
        }, 20);
      });
      cluster.worker.disconnect();
    `,
  });
  const app = master(folder, { worker: 1, exec: 'worker.mjs', respawn: 'temporary', ready: 'online' });
  const exit = await app.event('exit');
  expect(exit).toMatchObject({ code: 0, signal: null });
  await app.printed(/finished/);
});

test('an error of a worker that is no object is thrown as it is', async () => {
  const folder = fresh({
    'worker.mjs': `
      import cluster from 'node:cluster';
      process.on('uncaughtException', (error) => process.send({ caught: String(error) }, () => process.exit(0)));
      cluster.worker.emit('error', 'a text');
    `,
  });
  const app = master(folder, { worker: 1, exec: 'worker.mjs', respawn: 'temporary', ready: 'online' });
  expect(await app.event('message')).toMatchObject({ message: { caught: 'a text' } });
});

test('frames of the preload are not visible to listeners for messages of workers', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { createServer } from 'node:http';
      import { onStop } from 'proteus-cluster/worker';
      onStop(() => {});
      createServer((request, response) => response.end()).listen({ port: 0, host: '127.0.0.1', exclusive: true });
      process.send('mine');
    `,
  });
  const app = master(
    folder,
    `import cluster from 'node:cluster';
     cluster.on('message', (worker, message) => tell({ type: 'seen', message }));
     cluster.on('fork', (worker) => worker.on('message', (message) => tell({ type: 'seen', message })));
     run({ worker: 1, exec: 'worker.mjs' });`,
  );
  await app.event('ready');
  await app.call('shutdown');
  expect(app.past('hooks')).toHaveLength(1);
  expect(app.past('listening')).toHaveLength(1);
  expect(app.past('seen')).toMatchObject([{ message: 'mine' }, { message: 'mine' }]);
});

test.each([
  ['SIGUSR2', {}],
  ['SIGALRM', { SIGALRM: 'restart' }],
] as const)('%s to the whole group is a restart, and no request in flight is lost', async (name, signals) => {
  const folder = fresh({ 'worker.mjs': workers.slow });
  const app = master(folder, { worker: 2, exec: 'worker.mjs', signals });
  await app.event('started');
  const port = portOf(await app.event('listening'));
  const requests = [1, 2, 3, 4].map(() => get(port));
  await app.events('message', requests.length);
  app.signalGroup(name);
  await app.events('replace-begin', 1);
  await app.events((told: Told) => told.type === 'retire', 1);
  write(folder, { go: '' });
  const pids = await Promise.all(requests);
  await app.event('restart-end');
  expect(new Set(pids)).toEqual(new Set(app.past('fork').slice(0, 2).map(pidOf).map(String)));
  expect(app.past('exit')).toMatchObject([{ requested: true }, { requested: true }]);
});

test('a handler of the application for a signal that the master handles runs, and the list of signals is not inherited', async () => {
  const folder = fresh({
    'worker.mjs': `
      process.on('SIGUSR2', () => process.send('heard'));
      process.send({ variable: process.env.PROTEUS_CLUSTER_SIGNALS ?? 'none', listeners: process.listenerCount('SIGUSR2') });
    `,
  });
  const app = master(folder, { worker: 1, exec: 'worker.mjs', ready: 'online' });
  const message = await app.event('message');
  expect(message).toMatchObject({ message: { variable: 'none', listeners: 2 } });
  process.kill(pidOf(message), 'SIGUSR2');
  await app.event((told) => told.message === 'heard');
});

test('messages of Node for --watch are no messages of the application, and are forwarded to the watching process', async () => {
  const folder = fresh({ 'worker.cjs': `require('./other.cjs'); process.send('mine');`, 'other.cjs': '' });
  write(folder, {
    'watcher.mjs': `
      import { fork } from 'node:child_process';
      const child = fork('master.mjs', { env: { ...process.env, WATCH_REPORT_DEPENDENCIES: '1' } });
      child.on('message', (message) => {
        if (message['watch:require']?.some((file) => String(file).endsWith('other.cjs'))) console.log('watched');
      });
      child.on('exit', (code) => process.exit(code));
    `,
    'master.mjs': `
      import { cluster$, messages$ } from 'proteus-cluster';
      messages$.subscribe(({ message }) => console.log('message ' + JSON.stringify(message)));
      cluster$({ worker: 1, exec: 'worker.cjs', pid: false, log: false, respawn: 'temporary' }).subscribe();
      if (process.connected) process.channel.unref();
    `,
  });
  const app = program(folder, process.execPath, ['watcher.mjs']);
  await app.printed(/message "mine"/);
  await app.printed(/watched/);
  expect(app.output.match(/^message .*/gm)).toEqual(['message "mine"']);
});

test('a master that was started with --eval has workers that run their file', async () => {
  const folder = fresh({
    'worker.mjs': workers.http,
    'master.mjs': `import { run } from '${new URL('prelude.mjs', import.meta.url).href}'; run({ worker: 1, exec: 'worker.mjs' });`,
  });
  const app = program(folder, process.execPath, ['--input-type=module', '-e', "await import('./master.mjs');"]);
  const port = portOf(await app.event('listening'));
  expect(await get(port)).toBe(String(pidOf(await app.event('fork'))));
});
