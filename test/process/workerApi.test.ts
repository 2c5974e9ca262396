import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Program, write } from './harness.js';

const head = `
  import { createServer } from 'node:http';
  import { onStop, ready, stopping$, worker } from 'proteus-cluster/worker';
  const say = (...said) => process.send({ cmd: 'said', said });`;

/** All that workers have said, in order. */
const said = (program: Program) =>
  program
    .past('message')
    .map(({ message }) =>
      typeof message === 'object' && message !== null && 'said' in message ? message.said : message,
    );

const start = async (source: string, options: object = {}) => {
  const folder = fresh({ 'worker.mjs': head + source });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', ...options });
  await program.event('started');
  return { program, folder };
};

const listen = `.listen(0, '127.0.0.1');`;

const introduces = `
  import { fork } from 'node:child_process';
  import { writeFileSync } from 'node:fs';
  import { Worker } from 'node:worker_threads';
  const { NODE_APP_INSTANCE, PROTEUS_CLUSTER_NAME, PROTEUS_CLUSTER_SLOT, PROTEUS_CLUSTER_GENERATION } = process.env;
  try { onStop('close'); } catch ({ name, message }) { say(name, message); }
  say('worker', worker, [NODE_APP_INSTANCE, PROTEUS_CLUSTER_NAME, PROTEUS_CLUSTER_SLOT, PROTEUS_CLUSTER_GENERATION]);
  // 'inert' means that the API does nothing and there is no preload: no identity, no call, no message and no end.
  writeFileSync('thing.mjs', \`
    import { onStop, ready, stopping$, worker } from 'proteus-cluster/worker';
    import { parentPort } from 'node:worker_threads';
    let told = worker ?? (process.listenerCount('SIGTERM') > 0 ? 'preloaded' : 'inert');
    onStop(() => (told = 'called'));
    stopping$.subscribe({ next: () => (told = 'stopping'), complete: () => (told = 'complete') });
    ready();
    setImmediate(() => parentPort ? parentPort.postMessage(told) : process.send(told, () => process.disconnect()));\`);
  // A master of its own, by node:cluster alone: its worker inherits the environment of ours.
  writeFileSync('foreign.cjs', \`
    const cluster = require('node:cluster');
    cluster.setupPrimary({ exec: 'thing.mjs' });
    cluster.fork().on('message', (told) => process.send(told, () => process.disconnect()));\`);
  const next = (things) => {
    const [[name, start], ...others] = things;
    start().once('message', (told) => {
      say(name, told);
      if (others.length > 0) next(others);
      else createServer()${listen}
    });
  };
  next([
    ['thread', () => new Worker('./thing.mjs')],
    ['child', () => fork('./thing.mjs')],
    ['worker of a child', () => fork('./foreign.cjs')],
  ]);`;

test.each([true, false])(
  'a worker has its identity, and its child processes have none (preload: %s)',
  async (preload) => {
    const { program } = await start(introduces, { preload, name: 'shop', env: { NODE_APP_INSTANCE: '7' } });
    const { worker } = await program.event('ready');
    expect(said(program)).toEqual([
      ['TypeError', 'onStop: expected a function, got string'],
      ['worker', worker, ['7', 'shop', '1', '1']],
      ['thread', 'inert'],
      ['child', 'inert'],
      ['worker of a child', 'inert'],
    ]);
    expect(worker).toMatchObject({ cluster: 'shop', slot: 1, generation: 1 });
  },
);

test('the instance counts from 0, and both stay with the slot', async () => {
  const { program } = await start(
    `say(process.env.NODE_APP_INSTANCE, worker.slot, worker.generation); createServer()${listen}`,
    { worker: 2 },
  );
  await program.call('restart');
  expect(new Set(said(program).map(String))).toEqual(new Set(['0,1,1', '1,2,1', '0,1,2', '1,2,2']));
});

const hooked = `
  stopping$.subscribe({ next: (why) => say('stopping', why), complete: () => say('complete') });
  onStop(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    say('opened first');
  });
  onStop(() => say('forgotten'))();
  onStop(function pool() { say('opened last'); stopping$.subscribe((why) => say('late', why)); });
  createServer((request, response) => {
    response.on('finish', () => say('answered'));
    stopping$.subscribe(() => setTimeout(() => response.end(), 50));
    say('asked');
  })${listen}
  setInterval(() => {}, 1_000);`;

test('asked to leave, stopping$ emits, it answers, calls its hooks in reverse, and exits after the linger', async () => {
  const { program } = await start(hooked, { drain: { linger: 50 } });
  const answer = get(portOf(await program.event('listening')));
  await program.event('message');
  program.signal('SIGTERM');
  await answer;
  expect(await program.event('exit')).toMatchObject({ code: 0, requested: true });
  expect(await program.event('hooks')).toMatchObject({ names: ['pool', 'a hook'] });
  expect(said(program)).toEqual([
    ['asked'],
    ['stopping', 'asked'],
    ['complete'],
    ['answered'],
    ['opened last'],
    ['late', 'asked'],
    ['opened first'],
  ]);
  const order = program.told.map(({ type }) => type).filter((type) => ['hooks', 'disconnect', 'exit'].includes(type));
  expect(order).toEqual(['hooks', 'disconnect', 'exit']);
});

test('SIGTERM to the worker makes stopping$ emit when its replacement is available, and the same follows', async () => {
  const { program } = await start(hooked, { drain: { linger: 50 } });
  process.kill(pidOf(await program.event('ready')), 'SIGTERM');
  await program.event('message');
  expect(program.told.find(({ type }) => type === 'replace-end' || type === 'message')?.type).toBe('replace-end');
  expect(await program.event('exit')).toMatchObject({ code: 0, requested: true });
  expect(said(program)).toEqual([
    ['stopping', 'SIGTERM'],
    ['complete'],
    ['opened last'],
    ['late', 'SIGTERM'],
    ['opened first'],
  ]);
});

test('a worker that says ready() is ready by it, and one that never listens finishes its job in a hook', async () => {
  const { program, folder } = await start(
    `import { existsSync, watch } from 'node:fs';
     onStop(() => new Promise((resolve) => {
       const watcher = watch('.', () => existsSync('go') && (watcher.close(), say('done'), resolve()));
       say('finishing');
     }));
     ready();
     ready();`,
    { ready: 'message', drain: { linger: 0 } },
  );
  program.signal('SIGTERM');
  await program.event('message');
  write(folder, { go: '' });
  expect(await program.event('exit')).toMatchObject({ code: 0, requested: true });
  expect(said(program)).toEqual([['finishing'], ['done']]);
});

test('without the preload hooks are called, and stopping$ emits, when the channel has closed', async () => {
  const { program } = await start(
    `import { writeSync } from 'node:fs';
     onStop(() => writeSync(2, 'first '));
     onStop(() => writeSync(2, 'last '));
     // Many are no leak that Node would warn of.
     for (let i = 0; i < 11; i += 1) onStop(() => {});
     for (let i = 0; i < 11; i += 1) stopping$.subscribe();
     createServer()${listen}
     stopping$.subscribe((why) => writeSync(2, why + '\\n'));`,
    { preload: false },
  );
  program.signal('SIGTERM');
  await program.event('completed');
  expect(program.output).toBe('last first disconnected\n');
});

test('an endless response ends when stopping$ emits', async () => {
  const { program } = await start(
    `createServer((request, response) => {
       response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\\n\\n');
       const subscription = stopping$.subscribe(() => response.end());
       response.on('close', () => subscription.unsubscribe());
     })${listen}`,
    { drain: { grace: 0 } },
  );
  const socket = connect(portOf(await program.event('listening')), '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket.resume(), 'close');
  program.signal('SIGTERM');
  await closed;
  await program.event('completed');
  expect(program.past('cut')).toEqual([]);
});

const loads = `
  import { createRequire } from 'node:module';
  import { logger, messages$, publish, send } from 'proteus-cluster/worker';
  const { cache } = createRequire(import.meta.url);
  const loaded = () => ['rxjs', 'pino'].filter((name) => Object.keys(cache).some((file) => file.includes(\`/node_modules/\${name}/\`)));
  onStop(() => {})();
  await send({ cmd: 'first' });
  await publish('prices', 7);
  say(loaded());
  stopping$.subscribe(() => {});
  say(loaded());
  logger.info('listening');
  say(loaded());
  createServer()${listen}
  ready();`;

test('a worker loads RxJS with its first stream, and pino with its first line of the log', async () => {
  const { program } = await start(loads);
  await program.event('ready');
  expect(said(program)).toEqual(expect.arrayContaining([[[]], [['rxjs']], [['rxjs', 'pino']]]));
});
