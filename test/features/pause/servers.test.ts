import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestTls } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Program, type Told, workers, write } from '../../process/harness.js';

/** Two workers that have started, with the pids of slots 1 and 2. */
const started = async (worker: string) => {
  const settings = JSON.stringify({ worker: 2, exec: 'worker.mjs' });
  const folder = fresh({ 'worker.mjs': worker });
  const running = master(
    folder,
    `Object.assign(can, { pause: proteus.pause, resume: proteus.resume }); run(${settings});`,
  );
  await running.event('started');
  const pidIn = (slot: number) => pidOf(running.past('fork').find((told) => told.worker?.slot === slot) ?? none);
  return { running, folder, port: portOf(await running.event('listening')), first: pidIn(1), second: pidIn(2) };
};

const none: Told = { type: 'none' };

const resultOf = async (running: Program, call: 'pause' | 'resume', slot = 1) =>
  (await running.call(call, slot)).result;

const paused = { outcome: 'paused' };
const resumed = { outcome: 'resumed' };

/** While slot 1 is paused only the other worker answers on new connections, and then both do. Resolves with what went wrong meanwhile. */
const isOutUntilResumed = async (
  { running, first, second }: { readonly running: Program; readonly first: number; readonly second: number },
  ask: () => Promise<string>,
) => {
  expect(await resultOf(running, 'pause')).toMatchObject(paused);
  expect(new Set(await Promise.all(Array.from({ length: 8 }, ask)))).toEqual(new Set([String(second)]));
  expect(await resultOf(running, 'resume')).toMatchObject(resumed);
  // oxlint-disable-next-line no-await-in-loop
  while ((await ask()) !== String(first));
  return running.past(({ type }) => type === 'exit' || type === 'error');
};

test('a TLS server', async () => {
  // Keys that both sides know stand for a certificate.
  const running = await started(
    workers.http
      .replace("'node:http'", "'node:https'")
      .replace(
        'createServer(',
        "createServer({ ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => Buffer.from('abcd') }, ",
      ),
  );
  const options = {
    host: '127.0.0.1',
    port: running.port,
    agent: false,
    ciphers: 'PSK',
    maxVersion: 'TLSv1.2',
    pskCallback: () => ({ psk: Buffer.from('abcd'), identity: 'test' }),
    checkServerIdentity: () => undefined,
  } as const;
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      requestTls(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
  expect(await isOutUntilResumed(running, ask)).toEqual([]);
});

/** A session, which says of which process it is. */
const session = async (port: number) => {
  const client = connectHttp2(`http://127.0.0.1:${port}`);
  onTestFinished(() => client.destroy());
  client.on('error', () => {});
  const ask = async (path: string) => {
    let text = '';
    const stream = client.request({ ':path': path });
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    await once(stream, 'end');
    return text;
  };
  return { client, ask, pid: await ask('/') };
};

test('an HTTP/2 server, and the stream in flight is answered', async () => {
  const running = await started(`
    import { createServer } from 'node:http2';
    import { existsSync, watch } from 'node:fs';
    createServer((request, response) => {
      if (request.url === '/') return response.end(String(process.pid));
      const watcher = watch('.', () => existsSync('go') && (watcher.close(), response.end('whole')));
      process.send({ cmd: 'request' });
    }).listen(0, '127.0.0.1');`);
  const { port, folder, first } = running;
  let open = await session(port);
  // oxlint-disable-next-line no-await-in-loop
  while (open.pid !== String(first)) open = await session(port);
  const answer = open.ask('/slow');
  const goaway = once(open.client, 'goaway');
  await running.running.event('message');
  const wrong = await isOutUntilResumed(running, async () => {
    const { client, pid } = await session(port);
    client.close();
    return pid;
  });
  expect(wrong).toEqual([]);
  await goaway;
  write(folder, { go: '' });
  expect(await answer).toBe('whole');
});

/** An open WebSocket, without its frames: what is written comes back. */
const upgraded = async (port: number): Promise<{ readonly socket: Socket; readonly pid: string }> => {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  let text = '';
  while (!/pid (\d+);/.test(text)) {
    // oxlint-disable-next-line no-await-in-loop
    const [part] = await once(socket, 'data');
    text += String(part);
  }
  return { socket, pid: /pid (\d+);/.exec(text)?.[1] ?? '' };
};

test('a WebSocket server, and open sockets go on', async () => {
  const running = await started(`
    import { createServer } from 'node:http';
    createServer().on('upgrade', (request, socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n');
      socket.write('pid ' + process.pid + ';');
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');`);
  const { port, first } = running;
  let open = await upgraded(port);
  // oxlint-disable-next-line no-await-in-loop
  while (open.pid !== String(first)) open = await upgraded(port);
  const wrong = await isOutUntilResumed(running, async () => {
    const { socket, pid } = await upgraded(port);
    socket.destroy();
    return pid;
  });
  expect(wrong).toEqual([]);
  open.socket.write('still here');
  expect(String((await once(open.socket, 'data'))[0])).toBe('still here');
});

test('a resume fails while another program has the port of its own, and succeeds later', async () => {
  const { running } = await started(
    workers.http.replace("0, '127.0.0.1'", "{ port: 0, host: '127.0.0.1', exclusive: true }"),
  );
  const own = running.past('listening').find((told) => told.worker?.slot === 1) ?? none;
  const port = portOf(own);
  expect(await resultOf(running, 'pause')).toMatchObject(paused);
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  expect(await resultOf(running, 'resume')).toMatchObject({
    outcome: 'refused',
    slot: 1,
    why: expect.stringContaining('EADDRINUSE'),
  });
  expect(await running.event('pause-refused')).toMatchObject({ asked: 'resume', slot: 1 });
  other.close();
  await once(other, 'close');
  expect(await resultOf(running, 'resume')).toMatchObject(resumed);
  expect(await get(port)).toBe(String(pidOf(own)));
});

test('a resume is refused if the worker dies meanwhile, and the next one serves', async () => {
  const { running, port, first } = await started(workers.http);
  expect(await resultOf(running, 'pause')).toMatchObject(paused);
  process.kill(first, 'SIGSTOP');
  const result = resultOf(running, 'resume');
  // It has been asked when the master has answered what was asked later: there is no slot 9.
  await running.call('pause', 9);
  process.kill(first, 'SIGKILL');
  expect(await result).toMatchObject({ outcome: 'refused', slot: 1, why: expect.stringMatching(/has ended|leaves/) });
  const next = pidOf(await running.event((told) => told.type === 'fork' && told.why === 'respawn'));
  // oxlint-disable-next-line no-await-in-loop
  while ((await get(port)) !== String(next));
});
