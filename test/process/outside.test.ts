import { expect, test } from 'vitest';
import { fresh, imports, master, program, workers } from './harness.js';

/** Uses every export of `proteus-cluster/worker`, and says what came of it. A thing with no name here would be missed. */
const everything = `
  import * as api from 'proteus-cluster/worker';
  import { firstValueFrom, of } from 'rxjs';
  const heard = [];
  const hear = (name) => ({ next: () => heard.push(name), error: () => heard.push(name), complete: () => heard.push(name) });
  const { cmd, expose, logger, messages$, onStop, publish, ready, request, route, send, stopping$, topic$, worker } = api;
  messages$.subscribe(hear('messages$'));
  stopping$.subscribe(hear('stopping$'));
  // Those of features may have a value now; what it is, is tested with the feature.
  const others = Object.keys(api).filter((name) => name.endsWith('$') && !['messages$', 'stopping$', 'topic$'].includes(name));
  for (const name of others) api[name].subscribe({ ...hear(name), next: () => {} });
  topic$('a').subscribe(hear('topic$'));
  topic$('a', { scope: 'fleet' }).subscribe(hear('topic$ of a fleet'));
  request({ cmd: 'a' }).subscribe();
  const came = {
    cmd: cmd('a')({ message: { cmd: 'a' } }),
    expose: typeof expose('a', () => of(1)),
    logger: typeof logger.info,
    onStop: typeof onStop(() => heard.push('onStop')),
    publish: (await publish('a', 1)) ?? (await publish('a', 1, { scope: 'fleet' })),
    ready: ready(),
    reply: await firstValueFrom(request({ cmd: 'a' }), { defaultValue: 'none' }),
    route: await firstValueFrom(of({ message: 1 }).pipe(route({ a: () => {} }))),
    send: await send({ cmd: 'a' }),
    worker,
  };
  // Whatever is sent, or said, is so by the next turn.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const errors = ['MessageError', 'RequestError'];
  const missed = Object.keys(api).filter((name) => !name.endsWith('$') && !['request', ...errors].includes(name) && !(name in came));
  const result = { ...came, heard, missed };
`;

const inert = {
  cmd: true,
  expose: 'function',
  logger: 'function',
  onStop: 'function',
  reply: 'none',
  route: { message: 1 },
  heard: [],
  missed: [],
};

test('outside a cluster the API of a worker does nothing, and ends nothing', async () => {
  const folder = fresh({ 'alone.mjs': `${everything} console.log(JSON.stringify(result));` });
  const running = program(folder, process.execPath, ['alone.mjs']);
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(JSON.parse(running.output)).toEqual(inert);
});

test.each([
  ['a thread', `import { Worker } from 'node:worker_threads'; new Worker('./thing.mjs').on('message', told);`],
  ['a child process', `import { fork } from 'node:child_process'; fork('./thing.mjs').on('message', told);`],
])('so it is in %s of a worker', async (_, start) => {
  const folder = fresh({
    'thing.mjs': `${everything}
      import { parentPort } from 'node:worker_threads';
      if (parentPort) parentPort.postMessage(result);
      else process.send(result, () => process.disconnect());`,
    'worker.mjs': `const all = []; const told = (message) => process.send({ told: message, first: all.push(message) === 1 });
      ${start}
      ${workers.http}`,
  });
  const running = master(folder, { worker: 1, exec: 'worker.mjs' });
  const { message } = await running.event('message');
  // What it sends by our API would have come first.
  expect(message).toEqual({ told: inert, first: true });
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});

test('without the preload a request errors, and says why', async () => {
  const folder = fresh({
    'worker.mjs': `import { request } from 'proteus-cluster/worker';
      request('a').subscribe({ error: ({ name, reason, message }) => process.send([name, reason, message]) });
      ${workers.http}`,
  });
  const running = master(folder, { worker: 1, exec: 'worker.mjs', preload: false });
  expect((await running.event('message')).message).toEqual([
    'RequestError',
    'gone',
    'request: this worker runs with preload: false, and requests need the preload',
  ]);
  running.signal('SIGTERM');
  await running.ended();
});

const forMaster = (name: string) =>
  `${name} of 'proteus-cluster' is for the master, and this process is a worker: it never emits.`;

test("the master's entry point in a worker names what to import there, once", async () => {
  const folder = fresh({
    'worker.mjs': `${workers.http}
      import { events$, messages$, restart, send } from 'proteus-cluster';
      messages$.subscribe();
      messages$.subscribe();
      events$.subscribe();
      const errors = [];
      try { send('hello'); } catch ({ name, message }) { errors.push(name, message); }
      await restart().catch(({ message }) => errors.push(message));
      process.send({ errors });`,
  });
  const running = master(folder, { worker: 1, exec: 'worker.mjs' });
  const { message } = await running.event('message');
  const expected = 'expected the master of a cluster, this process is a worker.';
  const ask = "To have the master act, send it a message: send of 'proteus-cluster/worker'";
  expect(message).toEqual({
    errors: [
      'NotRunningError',
      `send(): ${expected} Import send from 'proteus-cluster/worker'`,
      `restart(): ${expected} ${ask}`,
    ],
  });
  await running.printed(/events\$ of/);
  running.signal('SIGTERM');
  await running.ended();
  expect(running.output.split(forMaster('messages$'))).toHaveLength(2);
  expect(running.output).toContain(`${forMaster('messages$')} Import messages$ from 'proteus-cluster/worker'`);
  expect(running.output).toContain(`${forMaster('events$')} ${ask}`);
});

test("a worker's entry point in a master names what to import there, once, and ends nothing", async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const running = master(
    folder,
    `import { messages$, request, send } from 'proteus-cluster/worker';
     messages$.subscribe(() => tell({ type: 'wrong' }));
     messages$.subscribe(() => tell({ type: 'wrong' }));
     request('hello').subscribe(() => tell({ type: 'wrong' }));
     run({ worker: 1, exec: 'worker.mjs' });
     await send('hello');
     tell({ type: 'sent' });`,
  );
  await running.event('sent');
  await running.event('started');
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('wrong')).toEqual([]);
  for (const name of ['messages$', 'request', 'send']) {
    const text = `${name} of 'proteus-cluster/worker' is for workers, and this process is their master: it does nothing here. Import ${name} from 'proteus-cluster'`;
    expect(running.output.split(text)).toHaveLength(2);
  }
});

test('one file that is both imports both, and nothing is said', async () => {
  const folder = fresh({
    'master.mjs': `${imports}
      import * as mine from 'proteus-cluster/worker';
      proteus.messages$.subscribe(tell);
      mine.messages$.subscribe(({ message }) => mine.send({ cmd: 'heard', message }));
      if (proteus.isWorker) { ${workers.http.replace("import { createServer } from 'node:http';", "const { createServer } = await import('node:http');")} }
      else run({ worker: 1, execArgv: [] });
      if (proteus.isWorker) proteus.cluster$();`,
  });
  const running = program(folder, process.execPath, ['master.mjs']);
  await running.event('started');
  await running.call('send', 'hello');
  expect(
    await running.event(({ type, message }) => type === 'message' && JSON.stringify(message).includes('heard')),
  ).toBeDefined();
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toBe('');
});
