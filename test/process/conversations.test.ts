import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fresh, gone, master, pidOf, type Program, write } from './harness.js';

const imports = `import { cmd, expose, messages$, publish, request, route, send, topic$ } from 'proteus-cluster/worker';`;

/** A master that reports its counts and errors, with workers that run the code in `does` by its name. */
const start = async (does: string, config: object = {}, more = ''): Promise<Program> => {
  const program = master(
    fresh({
      'worker.mjs': `${imports}
        import { filter } from 'rxjs';
        const told = (what) => process.send({ cmd: 'told', what });
        const attempt = (act) => { try { return act(); } catch ({ name, message }) { told(name + ': ' + message); } };
        ${does}
        send('ready');`,
    }),
    `import { filter, map, take, timer, toArray } from 'rxjs';
     ${more}
     const summary = ({ worker, reply, error }) => ({ slot: worker.slot, ...(error ? { reason: error.reason, why: error.message } : { reply }) });
     can.ask = (message, options) => new Promise((resolve) => proteus.request(message, options).pipe(map(summary), toArray()).subscribe(resolve));
     const conf = { pid: false, log: false, ready: 'message', exec: 'worker.mjs', minReadyTime: 20, worker: 1, ...${JSON.stringify(config)} };
     proteus.cluster$(conf).subscribe((event) => event.type === 'message' || tell(event));
     proteus.messages$.pipe(filter(proteus.cmd('told'))).subscribe(({ worker, message }) => tell({ type: 'told', worker, value: message.what }));`,
  );
  await program.event('started');
  return program;
};

const values = (program: Program, type = 'told') => program.past(type).map(({ value }) => value);

/** Counts what has an \`i\` in the master: how many came, and whether each followed the one before. */
const counting = `
  let next = 0, inOrder = true;
  proteus.messages$.subscribe(({ message, handle }) => {
    if (message?.cmd !== 'i') return;
    handle?.close();
    inOrder &&= message.i === next;
    next += 1;
  });
  proteus.events$.pipe(filter(proteus.is('exit'))).subscribe(() => tell({ type: 'counted', value: [next, inOrder] }));`;

test('messages keep their order, also beside process.send and handles, and none is lost when a worker is asked to leave', async () => {
  const program = await start(
    `import { createServer } from 'node:net';
     const handle = createServer();
     messages$.pipe(filter(cmd('go'))).subscribe(async () => {
       let i = 0;
       await new Promise((listening) => handle.listen({ port: 0, host: '127.0.0.1', exclusive: true }, listening));
       for (const how of ['', 'plain', '', '', 'handle', 'plain']) {
         for (let n = 0; n < 700; n += 1) {
           if (how === 'plain') process.send({ cmd: 'i', i });
           else if (how === 'handle' && n === 0) send({ cmd: 'i', i }, { handle });
           else send({ cmd: 'i', i });
           i += 1;
         }
       }
       for (; i < 30_000; i += 1) await send({ cmd: 'i', i });
       told('more');
       for (; i < 50_000; i += 1) send({ cmd: 'i', i });
       handle.close();
     });`,
    {},
    counting,
  );
  await program.call('send', { cmd: 'go' });
  await program.event(({ value }) => value === 'more');
  program.signal('SIGTERM');
  expect((await program.event('counted')).value).toEqual([50_000, true]);
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(program.past('error')).toEqual([]);
});

test.each([
  ['process.disconnect()', 'process.disconnect();', 3],
  ['process.disconnect(), more than the pipe holds,', 'process.disconnect();', 30_000],
  ['process.exit()', 'process.exit(0);', 3],
  [
    'and after process.exit(), by handlers of its end,',
    'process.on("exit", () => { for (let i = 3; i < 6; i += 1) send({ cmd: "i", i }); publish("t", 1); send({ cmd: "i", i: 6 }); }); process.exit(0);',
    3,
    7,
  ],
  ['an error that nobody catches', 'setTimeout(() => { throw new Error("mine"); });', 3],
])('what was sent before %s arrives, and comes before the exit', async (_, end, count, all = count) => {
  const program = await start(
    `messages$.pipe(filter(cmd('go'))).subscribe(() => { for (let i = 0; i < ${count}; i += 1) send({ cmd: 'i', i }); ${end} });`,
    { respawn: 'temporary' },
    counting,
  );
  await program.call('send', { cmd: 'go' });
  expect((await program.event('counted')).value).toEqual([all, true]);
});

test('a worker that waits with its disconnect until all is written exits when the master dies', async () => {
  const notes = fresh();
  const program = await start(
    `messages$.pipe(filter(cmd('go'))).subscribe(() => {
       process.once('SIGUSR2', () => {
         for (let i = 0; i < 5_000; i += 1) send({ cmd: 'i', i, pad: 'x'.repeat(1_000) });
         process.disconnect();
         const refusals = [];
         for (const late of [send({}), publish('t', 1)]) late.catch(({ name }) => refusals.push(name));
         process.prependOnceListener('disconnect', () => writeFileSync('${notes}/disconnected', String(refusals)));
         writeFileSync('${notes}/waits', 'yes');
       });
       told('listens');
     });
     import { writeFileSync } from 'node:fs';`,
    {},
    `import { readFileSync } from 'node:fs';
     can.die = (pid) => {
       process.kill(pid, 'SIGUSR2');
       // The pipe is full, and is not read any more.
       for (let found = false; !found; ) try { found = readFileSync('${notes}/waits', 'utf8') !== ''; } catch {}
       process.kill(process.pid, 'SIGKILL');
     };`,
  );
  await program.call('send', { cmd: 'go' });
  const pid = pidOf(await program.event('told'));
  await expect(program.call('die', pid)).rejects.toThrow('it ended without');
  await program.exited();
  await gone(pid);
  const read = (name: string) => readFileSync(join(notes, name), 'utf8');
  expect(read('disconnected')).toBe('MessageError,MessageError');
});

test('a channel closes once, and no process dies of it: behind a handle, and when the master dies', async () => {
  const notes = fresh();
  const program = await start(
    `import { createServer } from 'node:net';
     import { appendFileSync } from 'node:fs';
     process.on('uncaughtException', ({ message }) => appendFileSync('${notes}/' + process.pid, message));
     process.on('exit', (code) => appendFileSync('${notes}/' + process.pid, String(code)));
     messages$.pipe(filter(cmd('go'))).subscribe(() => {
       const handle = createServer().listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
         process.send({ cmd: 'i', i: 0 }, handle);
         for (let i = 1; i < 500; i += 1) send({ cmd: 'i', i, pad: 'x'.repeat(3_000) });
         process.disconnect();
         handle.close();
       });
     });`,
    { worker: 2, respawn: 'temporary' },
    `${counting} can.die = () => process.kill(process.pid, 'SIGKILL');`,
  );
  const [one, two] = program.past('fork').map(pidOf);
  await program.call('send', { cmd: 'go' }, { slot: 1 });
  expect((await program.event('counted')).value).toEqual([500, true]);
  await expect(program.call('die')).rejects.toThrow('it ended without');
  const last = await Promise.all(
    [one, two].map(async (pid = 0) => {
      await gone(pid);
      return readFileSync(join(notes, String(pid)), 'utf8');
    }),
  );
  expect(last).toEqual(['0', '0']);
});

test.each([
  ['that goes by itself', 'json', '"x".repeat(20_000)'],
  ['that JSON cannot hold', 'advanced', 'Buffer.alloc(20_000)'],
])('a message %s is no way around the bound', async (_, serialization, pad) => {
  const notes = fresh();
  const program = await start(
    `import { writeFileSync } from 'node:fs';
     messages$.pipe(filter(cmd('go'))).subscribe(() => {
       let sent = 0;
       const step = () => {
         try {
           send({ cmd: 'i', i: sent, pad: ${pad} }, { whenFull: 'error', limit: 50 });
           sent += 1;
           if (sent > 500) throw new Error('no bound');
           setTimeout(step, 3);
         } catch ({ name }) { writeFileSync('${notes}/full', 'yes'); send({ cmd: 'done' }).then(() => told(name)); }
       };
       step();
     });`,
    { serialization },
    `import { existsSync } from 'node:fs';
     ${counting}
     can.hold = () => { while (!existsSync('${notes}/full')); };`,
  );
  await program.call('send', { cmd: 'go' });
  await program.call('hold');
  // And it continues.
  expect((await program.event('told')).value).toBe('MessageError');
});

test('at the limit the oldest messages are dropped, or send throws, or it throws later for a worker that does not wait; the master reports it and other workers are not affected', async () => {
  const program = await start(
    `messages$.pipe(filter(cmd('go'))).subscribe(() => {
       const many = (count, options) => { for (let i = 0; i < count; i += 1) send({ cmd: 'j', i }, options); };
       attempt(() => many(20_000, { whenFull: 'error', limit: 3_000 }));
       many(20_000, { whenFull: 'drop', limit: 3_000 });
       attempt(() => many(200_000, { limit: 1_000 }));
       setImmediate(() => send({ cmd: 'i', i: 0 }).then(() => told('it goes on')));
     });`,
    {},
    `let js = 0; proteus.messages$.pipe(filter(proteus.cmd('j'))).subscribe(() => (js += 1)); can.js = () => js;`,
  );
  await program.call('send', { cmd: 'go' });
  await program.event(({ value }) => value === 'it goes on');
  expect(values(program)).toEqual([
    expect.stringMatching(/^MessageError: send: 3000 messages wait for the master, there is no room/),
    expect.stringMatching(/^MessageError: send: 10000 messages wait for the master, because send\(\) is not awaited/),
    'it goes on',
  ]);
  expect(program.past('error').map(({ error }) => error?.message)).toEqual([
    expect.stringMatching(/^worker 1 dropped \d+ messages, the oldest first/),
  ]);
});

/** The same of both slots, in any order. */
const both = (reply: object) =>
  expect.arrayContaining([
    { slot: 1, ...reply },
    { slot: 2, ...reply },
  ]);

test('a request has one answer from each worker that is asked, or the reason why there is none', async () => {
  const program = await start(
    `let late;
     messages$.pipe(route({
       pid: () => ({ pid: process.pid }),
       later: () => new Promise((resolve) => setImmediate(resolve, 'later')),
       ill: () => { throw new Error('ill'); },
       dies: () => process.exit(3),
       twice: ({ reply }) => { reply(1); attempt(() => reply(2)); },
       late: ({ reply }) => { late = reply; },
       tooLate: () => attempt(() => late('late')) ?? 'done',
       cycle: ({ reply }) => { const a = {}; a.a = a; attempt(() => reply(a)); reply('after all'); },
     })).subscribe();`,
    { worker: 2 },
  );
  const ask = async (cmd: string, options: object = {}) => (await program.call('ask', { cmd }, options)).result;
  expect(await ask('pid')).toEqual(both({ reply: { pid: expect.any(Number) } }));
  expect(await ask('pid', { to: { slot: 2 } })).toMatchObject([{ slot: 2 }]);
  expect(await ask('later')).toEqual(both({ reply: 'later' }));
  expect(await ask('ill')).toEqual(both({ reason: 'failed', why: 'request: ill' }));
  expect(await ask('silent', { timeout: 50 })).toEqual(
    both({ reason: 'timeout', why: 'request: no answer came within 50 ms' }),
  );
  expect(await ask('twice', { to: { slot: 1 } })).toEqual([{ slot: 1, reply: 1 }]);
  expect(await ask('late', { to: { slot: 1 }, timeout: 30 })).toMatchObject([{ reason: 'timeout' }]);
  expect(await ask('tooLate', { to: { slot: 1 } })).toEqual([{ slot: 1, reply: 'done' }]);
  expect(await ask('cycle', { to: { slot: 1 } })).toEqual([{ slot: 1, reply: 'after all' }]);
  expect(values(program)).toEqual([
    'MessageError: reply: this request has already been answered. Answer each request once',
    expect.stringMatching(/^MessageError: reply: the answer is too late/),
    expect.stringMatching(/^MessageError: reply: expected a message that can be serialised; .*circular/s),
  ]);
  expect(program.past('error').map(({ error, worker }) => [worker?.slot, error?.message])).toEqual(
    expect.arrayContaining([1, 2].map((slot) => [slot, "route: the handler of 'ill' threw: ill"])),
  );
  expect(await ask('dies', { to: { slot: 2 } })).toMatchObject([{ slot: 2, reason: 'gone' }]);
  expect((await program.call('ask', { cmd: 'pid' }, { to: { slot: 9 } })).error).toMatchObject({
    name: 'MessageError',
    message: 'request: slot 9 has no worker',
  });
});

test('a worker sends requests to the master, publishes to the subscribers of a topic, and is observed as far as there is credit', async () => {
  const program = await start(
    `const me = Number(process.argv[2] ?? 0);
     messages$.pipe(route({
       go: () => {
         request({ cmd: 'config' }).subscribe((config) => told(config));
         request({ cmd: 'nobody' }, { timeout: 30 }).subscribe({ error: ({ name, reason }) => told(name + ' ' + reason) });
         request({ cmd: 'ill' }).subscribe({ error: ({ message }) => told(message) });
       },
       follow: ({ message }) => { topic$(message.topic).subscribe((data) => told({ data, by: process.pid })); return process.pid; },
       publish: ({ message }) => { publish(message.topic, { n: 1 }); publish('elsewhere', {}); },
     })).subscribe();
     let made = 0;
     expose('numbers', function* () { try { for (;;) yield (made += 1); } finally { told('stopped after ' + made); } });
     attempt(() => expose('numbers', () => []));
`,
    { worker: 2 },
    `proteus.messages$.pipe(proteus.route({ config: () => ({ mode: 'fast' }), ill: () => { throw new Error('ill'); } })).subscribe();
     can.observe = (name, options) => new Promise((resolve) => proteus.observe(name, { ...options, project: ({ value }) => timer(5).pipe(map(() => value)) })
       .pipe(take(6), toArray()).subscribe({ next: resolve, error: ({ name, message }) => resolve(name + ': ' + message) }));`,
  );
  await program.call('send', { cmd: 'go' }, { slot: 1 });
  const heardBack = await program.events(
    ({ type, worker, value }) => type === 'told' && worker?.slot === 1 && !String(value).startsWith('Config'),
    3,
  );
  expect(heardBack.map(({ value }) => value)).toEqual(
    expect.arrayContaining([{ mode: 'fast' }, 'request: ill', 'RequestError timeout']),
  );

  const { result } = await program.call('ask', { cmd: 'follow', topic: '__proto__' }, { to: { slot: 2 } });
  await program.call('send', { cmd: 'publish', topic: '__proto__' }, { slot: 1 });
  const heard = await program.event(({ value }) => typeof value === 'object' && value !== null && 'data' in value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const [{ reply }] = result as unknown as [{ reply: number }];
  expect(heard).toMatchObject({ value: { data: { n: 1 }, by: reply }, worker: { slot: 2 } });

  const one = { to: { slot: 1 }, credit: 4 };
  expect((await program.call('observe', 'numbers', one)).result).toEqual([1, 2, 3, 4, 5, 6]);
  // 6 were taken, 4 at most under way beside.
  expect((await program.event(({ value }) => String(value).startsWith('stopped'))).value).toMatch(
    /^stopped after (8|9|10)$/,
  );
  expect((await program.call('observe', 'nothing', one)).result).toBe(
    "RequestError: request: 'nothing': nothing is exposed as 'nothing'",
  );
  expect(values(program)).toContain("ConfigError: expose(): 'numbers' is taken in this worker. Choose another name");
});

test('observe follows new workers: after a respawn, a restart, a scaling; by an id it ends with that worker, by a slot it follows, and it ends with the cluster', async () => {
  const program = await start(
    `import { Observable } from 'rxjs';
     expose('pid', () => new Observable((subscriber) => { subscriber.next(process.pid); }));
     expose('dying', function* () { yield 1; yield 2; process.exit(0); });`,
    { worker: 2, backoff: { initial: 1, max: 1 } },
    `const observe = (what, options) => proteus.observe('pid', options).subscribe({
       next: ({ worker, value }) => tell({ type: what, worker, value }),
       error: ({ name }) => tell({ type: what + ' failed', value: name }),
       complete: () => tell({ type: what + ' completed' }),
     });
     can.begin = () => {
       observe('all');
       observe('slot', { to: { slot: 1 } });
       proteus.workers$.pipe(take(1)).subscribe(([slot]) => observe('one', { to: slot.workers[0] }));
     };
     can.dying = () => new Promise((resolve) => proteus.observe('dying', { to: { slot: 2 } }).pipe(map(({ value }) => value), take(6), toArray()).subscribe(resolve));
     can.scale = proteus.scale;
     can.wrong = (to) => { try { proteus.observe('pid', { to }); return 'nothing'; } catch ({ name, message }) { return name + ': ' + message; } };`,
  );
  const valuesOf = (type: string) =>
    program.past(type).map(({ worker, value }) => [worker?.slot, worker?.generation, value === worker?.pid]);
  await program.call('begin');
  await program.events('all', 2);
  await program.event('one');
  await program.call('restart');
  await program.events('all', 4);
  await program.event('one completed');
  expect(valuesOf('one')).toEqual([[1, 1, true]]);
  expect(valuesOf('all').slice(2)).toEqual([
    [1, 2, true],
    [2, 2, true],
  ]);

  await program.call('scale', 3);
  await program.events('all', 5);
  expect(valuesOf('all')[4]).toEqual([3, 1, true]);
  // A worker that dies of it is followed by the next.
  expect((await program.call('dying')).result).toEqual([1, 2, 1, 2, 1, 2]);
  await program.event(({ type, worker }) => type === 'all' && worker?.slot === 2 && worker.generation > 3);
  expect(valuesOf('slot')).toEqual([
    [1, 1, true],
    [1, 2, true],
  ]);
  expect((await program.call('wrong', { slot: 9 })).result).toBe('MessageError: observe: there is no slot 9');

  await program.call('shutdown');
  await Promise.all(['all', 'slot'].map((what) => program.event(`${what} completed`)));
  // Each worker that was ready once is observed once.
  const all = program.past('all').map(({ worker }) => worker?.id);
  expect(new Set(all).size).toBe(all.length);
  expect(await program.ended()).toEqual({ code: 0, signal: null });
});

test('a message that does not fit a schema, a cycle, a BigInt and 100 MB are errors of the sender only', async () => {
  const program = await start(
    `const a = {}; a.a = a;
     const bad = [a, { n: 1n }, 'x'.repeat(100_000_000), undefined, () => {}];
     messages$.pipe(filter(cmd('go'))).subscribe(() => {
       for (const one of bad) attempt(() => send(one));
       attempt(() => publish('', 1)); attempt(() => cmd(7)); attempt(() => request({}, { timeout: 'soon' }));
       send({ cmd: 7 }); send(null); send(JSON.parse('{"cmd":"order","id":1,"__proto__":{"polluted":true}}'));
       send({ cmd: 'order', id: 'x' }); send({ cmd: 'order', id: 2 });
       request({ cmd: 'order' }).subscribe({ error: ({ reason, message }) => told(reason + ' ' + message) });
     });`,
    {},
    `import { pathToFileURL } from 'node:url';
     const integer = (value) => (Number.isInteger(value?.id) ? { value: { ...value, fits: true } } : { issues: [{ message: 'no number', path: ['id'] }] });
     const schema = { '~standard': { version: 1, vendor: 'test', validate: integer } };
     proteus.messages$.pipe(proteus.cmd('order', schema)).subscribe(({ message }) => tell({ type: 'order', value: [message.id, message.fits, {}.polluted ?? null] }));`,
  );
  await program.call('send', { cmd: 'go' });
  await program.event(({ value }) => String(value).startsWith('failed'));
  const unfit = /^MessageError: send: expected a message that can be serialised; /;
  expect(values(program)).toEqual([
    ...[/circular/, /BigInt/].map((what) => expect.stringMatching(new RegExp(unfit.source + '.*' + what.source, 's'))),
    expect.stringMatching(/^MessageError: send: expected a message of at most 67108864 characters/),
    expect.stringMatching(unfit),
    expect.stringMatching(unfit),
    "ConfigError: publish(): expected a name (a string that is not empty), got ''",
    'ConfigError: cmd(): expected a command (a string that is not empty), got 7',
    'ConfigError: request().timeout: expected a time in ms, 0 or more, got "soon"',
    "failed request: cmd('order'): the schema rejected a message: id: no number",
  ]);
  expect(values(program, 'order')).toEqual([
    [1, true, null],
    [2, true, null],
  ]);
  expect(program.past('error').map(({ error, worker }) => [worker?.slot, error?.message])).toEqual(
    Array.from({ length: 2 }, () => [1, "cmd('order'): the schema rejected a message: id: no number"]),
  );
});

test('two copies of the worker API in one worker share topics, what is exposed, and the order of what they send', async () => {
  const copy = fresh();
  cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), join(copy, 'dist'), { recursive: true });
  write(copy, { 'package.json': '{ "type": "module" }' });
  const program = await start(
    `import * as other from '${copy}/dist/worker.js';
     if (other.send === send) throw new Error('they are the same');
     topic$('t').subscribe((data) => told('heard ' + data));
     const there = other.topic$('t').subscribe((data) => told('heard there ' + data));
     other.expose('numbers', () => [1, 2, 3]);
     attempt(() => expose('numbers', () => []));
     other.messages$.pipe(route({
       publish: () => { other.publish('t', 1); },
       leave: () => { there.unsubscribe(); publish('t', 2); },
       go: () => { for (let i = 0; i < 50; i += 1) (i % 3 ? send : other.send)({ cmd: 'i', i }); process.exit(); },
     })).subscribe();`,
    { respawn: 'temporary' },
    `${counting} can.observe = () => new Promise((resolve) => proteus.observe('numbers').pipe(map(({ value }) => value), toArray()).subscribe({ next: resolve, error: (error) => resolve(String(error)) }));`,
  );
  expect((await program.call('observe')).result).toEqual([1, 2, 3]);
  await program.call('ask', { cmd: 'publish' });
  await program.event(({ value }) => value === 'heard there 1');
  await program.call('ask', { cmd: 'leave' });
  await program.event(({ value }) => value === 'heard 2');
  expect(values(program)).toEqual([
    "ConfigError: expose(): 'numbers' is taken in this worker. Choose another name",
    'heard 1',
    'heard there 1',
    'heard 2',
  ]);
  await program.call('send', { cmd: 'go' });
  expect((await program.event('counted')).value).toEqual([50, true]);
});

test('with serialization: advanced everything arrives as Node would send it, in order', async () => {
  const program = await start(
    `messages$.pipe(route({
       go: () => {
         send({ cmd: 'i', i: 0 });
         const a = { cmd: 'whole', bytes: Buffer.from('abc'), at: new Date(7), error: new TypeError('mine'), big: 2n ** 64n }; a.self = a;
         send(a);
         send({ cmd: 'i', i: 1 });
         attempt(() => send({ f: () => {} }));
         publish('t', new Map([[1, 2]]));
       },
       map: ({ message }) => new Map([[1, message.at]]),
     })).subscribe();
     topic$('t').subscribe((map) => told(map.get(1)));
     process.env.PROTEUS_CLUSTER_SERIALIZATION && told('it is inherited');`,
    { serialization: 'advanced' },
    `proteus.messages$.subscribe(({ message: m }) => {
       if (m?.cmd === 'i') tell({ type: 'i', value: m.i });
       if (m?.cmd === 'whole') tell({ type: 'i', value: [Buffer.isBuffer(m.bytes) || m.bytes instanceof Uint8Array, m.at.getTime(), m.error instanceof TypeError, m.big === 2n ** 64n, m.self === m] });
     });
     can.askMap = () => new Promise((resolve) => proteus.request({ cmd: 'map', at: new Date(9) }).subscribe(({ reply }) => resolve(reply.get(1).getTime())));`,
  );
  await program.call('send', { cmd: 'go' });
  await program.event(({ value }) => value === 2);
  expect(values(program, 'i')).toEqual([0, [true, 7, true, true, true], 1]);
  expect(values(program)).toEqual([
    expect.stringMatching(/^MessageError: send: expected a message that can be serialised/),
    2,
  ]);
  expect((await program.call('askMap')).result).toBe(9);
});

test('awaiting with a small limit resolves; wrong options are refused; a generator that fails when it is stopped harms no process', async () => {
  const program = await start(
    `for (const [options, what] of [[{ whenFull: 'block' }], [{ limit: 0 }], [{ limt: 3 }], [null]])
       attempt(() => send({}, options));
     expose('numbers', function* () {
       try { for (let n = 0; ; n += 1) yield n; } finally { throw new Error('mine'); }
     });
     messages$.pipe(route({ quiet: () => {} })).subscribe();
     messages$.pipe(filter(cmd('go'))).subscribe(async () => {
       for (let n = 0; n < 300; n += 1) await send({ cmd: 'n', n }, { limit: 10 });
       told('through');
     });`,
    {},
    `can.some = () => new Promise((resolve) => proteus.observe('numbers').pipe(map(({ value }) => value), take(3), toArray()).subscribe(resolve));`,
  );
  expect(values(program)).toEqual([
    `ConfigError: send().whenFull: expected 'wait', 'drop' or 'error', got "block"`,
    'ConfigError: send().limit: expected a number of messages, 1 or more, got 0',
    'ConfigError: send().limt: is not an option. Expected one of whenFull, limit, handle',
    'ConfigError: send(): expected { whenFull, limit, handle }, or nothing, after the message, got null',
  ]);
  expect((await program.call('some')).result).toEqual([0, 1, 2]);
  expect((await program.event('error')).error).toMatchObject({
    message: "expose: 'numbers' failed while it was stopped: mine",
  });
  expect((await program.call('ask', { cmd: 'quiet' })).result).toMatchObject([{ slot: 1 }]);
  await program.call('send', { cmd: 'go' });
  await program.event(({ value }) => value === 'through');
  expect(program.past('exit')).toEqual([]);
});
