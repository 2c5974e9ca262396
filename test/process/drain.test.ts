import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestTls } from 'node:https';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { client } from './clients.js';
import { fresh, get, master, pidOf, portOf, type Program, workers, write } from './harness.js';

const timed = `
  import { createServer } from 'node:http';
  createServer((request, response) => setTimeout(() => response.end(String(process.pid)), 20)).listen(0, '127.0.0.1');`;

/** Clients on kept connections and on new ones, that ask until they are stopped; then what all of them have seen. */
const load = (port: number) => {
  const over = new AbortController();
  const keeps = [true, true, true, true, true, true, false, false, false];
  const seen = keeps.map((keepAlive) => client(port, keepAlive, over.signal));
  return async () => {
    over.abort();
    const all = await Promise.all(seen);
    return { answered: all.flatMap(({ answers }) => answers).length, failed: all.flatMap(({ failed }) => failed) };
  };
};

const started = async (
  files: string,
  options: object = {},
): Promise<{ program: Program; port: number; folder: string }> => {
  const folder = fresh({ 'worker.mjs': files });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', ...options });
  await program.event('started');
  return { program, port: portOf(await program.event('listening')), folder };
};

/** A client by hand, and all it has got so far. */
const raw = async (port: number) => {
  const socket = connect(port, '127.0.0.1');
  const got = { text: '', bytes: Buffer.alloc(0) };
  socket.on('data', (chunk: Buffer) => {
    got.bytes = Buffer.concat([got.bytes, chunk]);
    got.text = got.bytes.toString('latin1');
    socket.emit('more');
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, got };
};

const until = async (socket: Socket, holds: () => boolean): Promise<void> => {
  // oxlint-disable-next-line no-await-in-loop
  while (!holds()) await once(socket, 'more');
};

/** Reports that it has begun to drain. The master's events come before the worker has received the request. */
const telling = `process.on('internalMessage', ({ drain }) => drain && process.send('draining'));`;
const draining = ({ message }: { readonly message?: unknown }) => message === 'draining';

const ask11 = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const clean = (program: Program) => ({ kills: program.past('kill').length, errors: program.past('error').length });

describe('under load no request fails', () => {
  test('in three restarts, on keep-alive and on new connections', async () => {
    const { program, port } = await started(timed, { worker: 2 });
    const stop = load(port);
    for (let roll = 1; roll <= 3; roll += 1) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await program.call('restart')).result).toMatchObject({ outcome: 'done', replaced: [1, 2] });
    }
    const { answered, failed } = await stop();
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    expect(clean(program)).toEqual({ kills: 0, errors: 0 });
  });

  test('when the cluster is scaled down', async () => {
    const folder = fresh({ 'worker.mjs': timed });
    const program = master(folder, `can.scale = proteus.scale; run({ worker: 3, exec: 'worker.mjs' });`);
    await program.event('started');
    const stop = load(portOf(await program.event('listening')));
    await program.call('scale', 1);
    await program.events('exit', 2);
    expect((await stop()).failed).toEqual([]);
    expect(clean(program)).toEqual({ kills: 0, errors: 0 });
  });
});

test('a shutdown answers what was sent before it, and says that the connection ends', async () => {
  const { program, port, folder } = await started(workers.slow + telling);
  const { socket, got } = await raw(port);
  // Two in one go: the second is answered too, and only then does the connection end.
  socket.write(ask11 + ask11);
  await program.events('message', 2);
  program.signal('SIGTERM');
  await program.event(draining);
  write(folder, { go: '' });
  await once(socket, 'end');
  expect(got.text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  expect(got.text.match(/\r\nConnection: [\w-]+\r\n/g)?.map((line) => line.trim())).toEqual([
    'Connection: keep-alive',
    'Connection: close',
  ]);
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('an idle keep-alive connection may still ask, and its answer is the last', async () => {
  const { program, port } = await started(workers.http + telling);
  const { socket, got } = await raw(port);
  socket.write(ask11);
  await until(socket, () => got.text.endsWith('\r\n0\r\n\r\n') || /\r\n\r\n\d+$/.test(got.text));
  expect(got.text).toMatch(/\r\nConnection: keep-alive\r\n/);
  program.signal('SIGTERM');
  await program.event(draining);
  got.bytes = Buffer.alloc(0);
  socket.write(ask11);
  await once(socket, 'end');
  expect(got.text).toMatch(/^HTTP\/1.1 200 OK/);
  expect(got.text).toMatch(/\r\nConnection: close\r\n/);
  await program.event('completed');
});

test.each([
  ['has never sent a byte', ''],
  ['has sent half a request', 'GET / HT'],
])('a connection that %s is closed after the grace, and the worker leaves', async (_, begun) => {
  const { program, port } = await started(workers.http, { drain: { grace: 1_100 } });
  const { socket } = await raw(port);
  socket.write(begun);
  // Another request has been answered: this connection has been accepted.
  await get(port);
  const closed = once(socket, 'close');
  program.signal('SIGTERM');
  await closed;
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('a response that never ends is closed at the cut, and the worker leaves', async () => {
  const { program, port } = await started(
    `import { createServer } from 'node:http';
     createServer((request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\\n\\n'))
       .listen(0, '127.0.0.1');`,
    { drain: { grace: 0, cut: 700 } },
  );
  const { socket, got } = await raw(port);
  socket.write(ask11);
  await until(socket, () => got.text.includes('data: 1'));
  const closed = once(socket, 'close');
  program.signal('SIGTERM');
  await closed;
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('HTTP/2: the stream in flight ends, and the session gets GOAWAY', async () => {
  const { program, port, folder } = await started(`
    import { createServer } from 'node:http2';
    import { existsSync, watch } from 'node:fs';
    createServer((request, response) => {
      const watcher = watch('.', () => existsSync('go') && (watcher.close(), response.end('whole')));
      process.send({ cmd: 'request' });
    }).listen(0, '127.0.0.1');`);
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  const goaway = once(session, 'goaway');
  const stream = session.request({ ':path': '/' });
  let body = '';
  stream.setEncoding('utf8').on('data', (text: string) => (body += text));
  await program.event('message');
  program.signal('SIGTERM');
  await goaway;
  write(folder, { go: '' });
  await once(stream, 'end');
  expect(body).toBe('whole');
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('HTTPS: what is in flight is answered, and an idle connection is closed after the grace', async () => {
  // Keys that both sides know stand for a certificate.
  const psk = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const;
  const { program, port, folder } = await started(
    (workers.slow + telling)
      .replace("'node:http'", "'node:https'")
      .replace(
        'createServer(',
        `createServer({ ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => Buffer.from('abcd') }, `,
      ),
    { drain: { grace: 1_100 } },
  );
  const secret = { psk: Buffer.from('abcd'), identity: 'test' };
  const options = { host: '127.0.0.1', port, ...psk, pskCallback: () => secret, checkServerIdentity: () => undefined };
  const idle = requestTls({ ...options, agent: false }).on('error', () => {});
  idle.flushHeaders();
  const [first] = await Promise.all([once(idle, 'socket'), program.event('message')]);
  expect(first).toBeDefined();
  program.signal('SIGTERM');
  await program.event(draining);
  const answered = new Promise<IncomingMessage>((resolve) => idle.once('response', resolve));
  write(folder, { go: '' });
  const { statusCode, headers } = await answered;
  expect([statusCode, headers.connection]).toEqual([200, 'close']);
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

const socketServer = `
  import { createServer } from 'node:http';
  createServer().on('upgrade', (request, socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n');
    socket.on('data', () => socket.end());
  }).listen(0, '127.0.0.1');`;
const upgrade = 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

test('a WebSocket gets the close frame for a restart', async () => {
  const { program, port } = await started(socketServer);
  const { socket, got } = await raw(port);
  socket.write(upgrade);
  await until(socket, () => got.text.includes('101'));
  got.bytes = Buffer.alloc(0);
  program.signal('SIGTERM');
  await until(socket, () => got.bytes.length >= 4);
  expect(got.bytes).toEqual(Buffer.from([0x88, 0x02, 0x03, 0xf4]));
  socket.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('with webSockets: false a WebSocket has until the cut', async () => {
  const { program, port } = await started(socketServer, { drain: { webSockets: false, grace: 0, cut: 600 } });
  const { socket, got } = await raw(port);
  socket.write(upgrade);
  await until(socket, () => got.text.includes('101'));
  got.bytes = Buffer.alloc(0);
  const closed = once(socket, 'close');
  program.signal('SIGTERM');
  await closed;
  expect(got.bytes).toHaveLength(0);
  await program.event('completed');
});

test('several servers in one worker, one of them on a path, are all drained', async () => {
  const { program, folder } = await started(`
    import { createServer } from 'node:http';
    import { createServer as plain } from 'node:net';
    createServer((request, response) => response.end('http')).listen(0, '127.0.0.1');
    createServer((request, response) => response.end('path')).listen('web.sock');
    plain((socket) => socket.end('plain')).listen(0, '127.0.0.1');
    ${telling}`);
  await program.events('listening', 3);
  const socket = connect(`${folder}/web.sock`);
  await once(socket, 'connect');
  program.signal('SIGTERM');
  await program.event(draining);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.write(ask11);
  await once(socket, 'end');
  expect(text).toMatch(/\r\nConnection: close\r\n/);
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('a server that closes and listens again is followed once, and drained', async () => {
  const { program, port } = await started(`
    import { createServer } from 'node:http';
    const server = createServer((request, response) => response.end('again'));
    const counts = () => ['connection', 'secureConnection', 'session', 'newListener'].map((name) => server.listenerCount(name));
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      const before = counts();
      server.close(() => server.listen(port, '127.0.0.1', () => process.send([before, counts()])));
    });`);
  const { message } = await program.event('message');
  const [before, after] = Array.isArray(message) ? message : [];
  expect(after).toEqual(before);
  expect(await get(port)).toBe('again');
  program.signal('SIGTERM');
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('a server that could not listen does not keep its worker from leaving', async () => {
  const { program } = await started(`
    import { createServer } from 'node:http';
    const server = createServer().listen(0, '127.0.0.1', () => {
      createServer().on('error', ({ code }) => process.send(code)).listen({ port: server.address().port, host: '127.0.0.1', exclusive: true });
    });`);
  expect(await program.event('message')).toMatchObject({ message: 'EADDRINUSE' });
  program.signal('SIGTERM');
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test.each([
  ['that nothing else holds', workers.http],
  ['that a timer holds', workers.stubborn],
  ['that has never listened', `process.send('ready');`],
])('the SIGTERM handlers of an application run once when it leaves: a worker %s', async (_, source) => {
  const cleanup = `
    import { writeSync } from 'node:fs';
    process.on('SIGTERM', (signal) => {
      writeSync(1, 'cleanup ' + signal + ', connected ' + process.connected + '\\n');
      setTimeout(() => writeSync(1, 'cleaned up\\n'), 50);
    });`;
  const ready = source.includes('ready') ? 'message' : 'listening';
  const folder = fresh({ 'worker.mjs': source + cleanup });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', ready, drain: { linger: 200 } });
  await program.event('started');
  await program.call('shutdown');
  expect(await program.ended()).toMatchObject({ code: 0 });
  expect(program.output).toBe('cleanup SIGTERM, connected false\ncleaned up\n');
  expect(program.past('exit')).toMatchObject([{ code: 0, requested: true }]);
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('the SIGTERM handlers of an application run once when the whole group gets SIGTERM', async () => {
  const { program } = await started(
    `${workers.stubborn}
     import { writeSync } from 'node:fs';
     process.on('SIGTERM', () => writeSync(1, 'cleanup\\n'));`,
    { drain: { linger: 50 } },
  );
  program.signalGroup('SIGTERM');
  await program.ended();
  expect(program.output).toBe('cleanup\n');
});

test('a job without a server is not cut short when its SIGTERM handler finishes it', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { existsSync, watch } from 'node:fs';
      const job = setInterval(() => {}, 1_000);
      process.on('SIGTERM', () => {
        const watcher = watch('.', () => {
          if (!existsSync('go')) return;
          console.log('done');
          watcher.close();
          clearInterval(job);
        });
        console.log('finishing');
      });
      process.send('ready');`,
  });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', ready: 'message', drain: { linger: 0 } });
  await program.event('started');
  const stopping = program.call('shutdown');
  await program.printed(/finishing/);
  write(folder, { go: '' });
  await program.printed(/done/);
  await stopping;
  expect(program.past('exit')).toMatchObject([{ code: 0, signal: null, requested: true }]);
  expect(program.past('kill')).toEqual([]);
});

test('a worker that a forgotten timer holds runs its SIGTERM handlers, then exits', async () => {
  const { program } = await started(
    `${workers.stubborn}
     process.on('SIGTERM', () => console.log('its own handler'));`,
    { drain: { linger: 100 } },
  );
  program.signal('SIGTERM');
  await program.printed(/its own handler/);
  expect(await program.event('exit')).toMatchObject({ code: 0, signal: null, requested: true });
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});

test('a worker that has never served finishes its job, however long the linger is over', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { existsSync, watch } from 'node:fs';
      const watcher = watch('.', () => existsSync('go') && (watcher.close(), console.log('done')));
      process.send('ready');`,
  });
  const options = { worker: 1, exec: 'worker.mjs', ready: 'message', drain: { linger: 0 } };
  const program = master(folder, options);
  await program.event('started');
  program.signal('SIGTERM');
  await program.event('disconnect');
  write(folder, { go: '' });
  await program.printed(/done/);
  expect(await program.event('exit')).toMatchObject({ code: 0, requested: true });
});

test('without the preload a worker is disconnected as node:cluster does it, and all else works', async () => {
  const { program, port } = await started(workers.http, { worker: 2, preload: false });
  expect(await get(port)).toMatch(/^\d+$/);
  const old = program.past('ready').map(pidOf);
  await program.call('restart');
  expect(program.past('restart-end')).toHaveLength(1);
  expect(old.map(String)).not.toContain(await get(port));
  program.signal('SIGTERM');
  await program.event('completed');
  expect(clean(program)).toEqual({ kills: 0, errors: 0 });
});
