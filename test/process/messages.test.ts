import { expect, test } from 'vitest';
import { fresh, master, pidOf, type Program, type Told } from './harness.js';

/** Reports that it is running, then answers each message with its content. */
const echo = `
  process.on('message', (heard) => process.send({ cmd: 'heard', heard, slot: Number(process.env.NODE_UNIQUE_ID ?? 0) }));
  process.send('ready');`;

const talking = async (more = '', worker = 2): Promise<Program> => {
  const program = master(
    fresh({ 'worker.mjs': echo }),
    `import { filter } from 'rxjs';
     ${more}
     run({ worker: ${worker}, exec: 'worker.mjs', ready: 'message' });`,
  );
  await program.event('started');
  return program;
};

const heard = (text: unknown) => (told: Told) =>
  told.type === 'message' && JSON.stringify(told.message).includes(`"heard":${JSON.stringify(text)}`);

test('process.send({ cmd }) reaches messages$, addMessageListener and events$, with its worker', async () => {
  const program = await talking(`
    proteus.messages$.pipe(filter(proteus.cmd('heard'))).subscribe(({ worker, message }) => tell({ type: 'by messages$', worker, message }));
    proteus.cluster.addMessageListener('heard', (message, worker) => tell({ type: 'by listener', worker, message }));
    proteus.events$.pipe(filter(proteus.is('message'))).subscribe(({ worker, message }) => tell({ type: 'by events$', worker, message }));`);
  await program.call('send', 'hello');
  for (const by of ['by messages$', 'by listener', 'by events$', 'message']) {
    // oxlint-disable-next-line no-await-in-loop
    const told = await program.events(by, 2);
    expect(new Set(told.map(({ worker }) => worker?.slot))).toEqual(new Set([1, 2]));
    for (const { message } of told) expect(message).toMatchObject({ cmd: 'heard', heard: 'hello' });
  }
  // Readiness was said to the master: it is not passed on.
  expect(program.past(({ message }) => message === 'ready')).toEqual([]);
});

test('send() sends to all workers, or to the given one', async () => {
  const program = await talking();
  const [first] = await program.events('ready', 2);
  await program.call('send', 'to one', first?.worker);
  await program.call('send', 'to all');
  await program.events(heard('to all'), 2);
  expect(program.past(heard('to one')).map(pidOf)).toEqual([first?.worker?.pid]);
});

test('a message that cannot be sent throws a MessageError that says why, and no worker gets anything', async () => {
  const program = await talking(
    `can.trySend = (make) => proteus.send({ bigint: 1n, nested: { n: 1n }, function: () => {}, undefined: undefined, cycle: (() => { const a = {}; a.a = a; return a; })() }[make] ?? huge(make));
     const huge = (make) => (make === 'huge' ? 'x'.repeat(100_000_000) : undefined);`,
  );
  const attempt = async (what: string) => (await program.call('trySend', what)).error;
  expect(await attempt('bigint')).toMatchObject({
    name: 'MessageError',
    message: expect.stringMatching(/^send: expected a message that can be serialised; .*bigint/i),
  });
  expect(await attempt('nested')).toMatchObject({
    name: 'MessageError',
    message: expect.stringMatching(/^send: .*BigInt/),
  });
  expect(await attempt('cycle')).toMatchObject({
    name: 'MessageError',
    message: expect.stringMatching(/^send: .*circular/),
  });
  expect(await attempt('function')).toMatchObject({ name: 'MessageError', message: expect.stringMatching(/^send: /) });
  expect(await attempt('undefined')).toMatchObject({ name: 'MessageError', message: expect.stringMatching(/^send: /) });
  expect(await attempt('huge')).toMatchObject({
    name: 'MessageError',
    message:
      'send: expected a message of at most 67108864 characters, got about 100000000. Write it to a file, and send where it is',
  });
  expect((await program.call('send', 'late', { id: 999 })).error).toMatchObject({
    name: 'MessageError',
    message: 'send: worker 999 has left',
  });
  await program.call('send', 'at last');
  await program.events(heard('at last'), 2);
  expect(program.past('message')).toHaveLength(2);
  expect(program.past('error')).toEqual([]);
});

test('a message that cannot be sent throws also without a worker', async () => {
  const program = master(
    fresh({ 'worker.mjs': echo }),
    `proteus.events$.subscribe(({ type }) => {
       if (type !== 'end') return;
       try { proteus.send(1n); } catch ({ name, message }) { tell({ type: 'thrown', value: [name, message] }); }
     });
     run({ worker: 1, exec: 'worker.mjs', ready: 'message' });`,
  );
  await program.event('started');
  program.signal('SIGTERM');
  expect(await program.event('thrown')).toMatchObject({
    value: ['MessageError', expect.stringMatching(/^send: expected a message that can be serialised; .*bigint/i)],
  });
});

test('a worker that has left cannot be sent to', async () => {
  const program = await talking('', 1);
  const { worker } = await program.event('ready');
  process.kill(worker?.pid ?? 0, 'SIGKILL');
  await program.event('exit');
  expect((await program.call('send', 'late', worker)).error).toMatchObject({ name: 'MessageError' });
  await program.events('ready', 2);
  await program.call('send', 'to the next');
  expect(await program.event(heard('to the next'))).toMatchObject({ worker: { slot: 1, generation: 2 } });
});

test('what subscribers and listeners throw is an error event and ends nothing', async () => {
  const program = await talking(
    `
    const throwing = (what) => () => { throw new Error(what); };
    proteus.events$.pipe(filter(proteus.is('message'))).subscribe(throwing('by events$'));
    proteus.messages$.subscribe({ next: throwing('by messages$') });
    proteus.cluster.addMessageListener('heard', throwing('by listener'));
    proteus.signals$.subscribe(throwing('by signals$'));
    proteus.messages$.subscribe(() => tell({ type: 'bystander' }));`,
    1,
  );
  await program.call('send', 'one');
  await program.events('error', 3);
  expect(new Set(program.past('error').map(({ error }) => error?.message))).toEqual(
    new Set([
      'a subscriber of events$ threw: by events$',
      "a listener of 'heard' threw: by listener",
      'a subscriber of messages$ threw: by messages$',
    ]),
  );
  await program.event('bystander');
  program.signal('SIGHUP');
  expect((await program.events('error', 4))[3]?.error?.message).toBe('a subscriber of signals$ threw: by signals$');
  expect((await program.call('restart')).result).toMatchObject({ outcome: 'done' });
  program.signal('SIGTERM');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
});

test('with serialization: advanced what JSON cannot hold arrives whole', async () => {
  const program = master(
    fresh({
      'worker.mjs': `process.on('message', (heard) => process.send({ cmd: 'heard', heard })); process.send('ready');`,
    }),
    `const conf = { worker: 1, exec: 'worker.mjs', pid: false, log: false, ready: 'message', serialization: 'advanced' };
     proteus.cluster$(conf).subscribe(({ type }) => tell({ type }));
     proteus.cluster.addMessageListener('heard', ({ heard }) =>
       tell({ type: 'whole', value: [heard.big === 2n ** 64n, heard.map.get('a'), heard.self === heard] }));
     can.ask = () => {
       const cycle = { big: 2n ** 64n, map: new Map([['a', 1]]) };
       cycle.self = cycle;
       proteus.send(cycle);
     };`,
  );
  await program.event('started');
  await program.call('ask');
  expect((await program.event('whole')).value).toEqual([true, 1, true]);
});

test('each message is one event, however it was sent, and every event is the same after JSON', async () => {
  const program = master(
    fresh({
      'worker.mjs': `
        import { request, send } from 'proteus-cluster/worker';
        process.send('plain');
        send('one'); send('two'); send('three');
        request('asked').subscribe(() => process.send(new Map([['n', 1n]]), () => process.exit(3)));`,
    }),
    `import { isDeepStrictEqual } from 'node:util';
     const seen = [];
     proteus.events$.subscribe((event) => {
       const after = JSON.parse(JSON.stringify(event));
       if (!isDeepStrictEqual(after, event)) tell({ type: 'changed', value: event });
       seen.push(after);
       if (event.type === 'end') tell({ type: 'seen', value: seen });
     });
     proteus.messages$.subscribe(({ message, reply }) => {
       reply?.('answer');
       tell({ type: 'received', value: message instanceof Map ? String(message.get('n')) : message });
     });
     run({ worker: 1, exec: 'worker.mjs', ready: 'online', respawn: 'temporary', serialization: 'advanced' });`,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const seen = (await program.event('seen')).value as readonly Told[];
  expect(program.past('changed')).toEqual([]);
  expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 1));
  const messages = seen.filter(({ type }) => type === 'message').map(({ message, ...more }) => ({ message, more }));
  const texts = ['plain', 'one', 'two', 'three', 'asked'];
  const map = { $type: 'Map', entries: [['n', { $type: 'bigint', value: '1' }]] };
  expect(messages.map(({ message }) => message)).toEqual([...texts, map]);
  expect(messages[4]?.more).toMatchObject({ request: true });
  expect(program.past('received').map(({ value }) => value)).toEqual([...texts, '1']);
  const types = seen.map(({ type }) => type);
  expect(types.lastIndexOf('message')).toBeLessThan(
    types.findIndex((type) => type === 'disconnect' || type === 'exit'),
  );
});
