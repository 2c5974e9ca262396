import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, connect as connectSocket, createServer as createNetServer } from 'node:net';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect, ControlError, masters, SelectionError, unreadFolders } from '../../src/client.js';
import { fresh } from '../process/harness.js';

/** A folder for the sockets of this test alone. */
const socketFolder = (mode = 0o700): string => {
  const folder = join(fresh(), 'run');
  mkdirSync(folder, { mode });
  chmodSync(folder, mode);
  vi.stubEnv('PROTEUS_RUNTIME_DIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return folder;
};

const listen = (path: string, answer: RequestListener): Promise<void> => {
  const server = createServer(answer);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) => {
    server.listen(path, resolve);
  });
};

const json =
  (value: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

/** The pids of processes that run: of this one and of the one that has started it. */
const [pid, other] = [process.pid, process.ppid];

const report = (...clusters: readonly string[]) => ({ pid, clusters: clusters.map((cluster) => ({ cluster })) });

test('masters are found by their sockets, and what is none of theirs is ignored', async () => {
  const folder = socketFolder();
  expect(await masters()).toEqual([]);
  await listen(join(folder, `${pid}.sock`), json(report('web')));
  writeFileSync(join(folder, `${other}.sock`), 'not a socket');
  writeFileSync(join(folder, 'notes.txt'), '');
  // A process that does not run.
  await listen(join(folder, '4194303.sock'), json(report('web')));
  const found = await masters();
  expect(found.map((master) => [master.pid, master.at])).toEqual([[pid, join(folder, `${pid}.sock`)]]);
});

test('a socket that nobody accepts any more is ignored', async () => {
  const folder = socketFolder();
  const server = createNetServer();
  await new Promise<void>((resolve) => {
    server.listen(join(folder, 'open.sock'), resolve);
  });
  symlinkSync(join(folder, 'open.sock'), join(folder, `${pid}.sock`));
  expect(await masters()).toHaveLength(1);
  server.close();
  expect(await masters()).toEqual([]);
});

test('a folder that others can write to, or that is a link, is not read', async () => {
  const folder = socketFolder(0o770);
  await listen(join(folder, `${pid}.sock`), json(report('web')));
  expect(await masters()).toEqual([]);
  expect(unreadFolders()).toEqual([
    { path: folder, problem: `has the mode 0770, expected 0700. Change it with chmod 700 ${folder}` },
  ]);
  const spaced = join(folder, `it's here`);
  mkdirSync(spaced);
  chmodSync(spaced, 0o755);
  vi.stubEnv('PROTEUS_RUNTIME_DIR', spaced);
  expect(unreadFolders()[0]?.problem).toMatch(/chmod 700 '.*\/it'\\''s here'$/);
  vi.stubEnv('PROTEUS_RUNTIME_DIR', folder);
  chmodSync(folder, 0o700);
  expect(await masters()).toHaveLength(1);
  expect(unreadFolders()).toEqual([]);
  symlinkSync(folder, `${folder}-link`);
  vi.stubEnv('PROTEUS_RUNTIME_DIR', `${folder}-link`);
  expect(await masters()).toEqual([]);
  expect(unreadFolders()).toMatchObject([{ problem: 'is a symbolic link, and those are not followed' }]);
  vi.stubEnv('PROTEUS_RUNTIME_DIR', 'run');
  expect(unreadFolders()).toMatchObject([{ problem: 'is not an absolute path. Set PROTEUS_RUNTIME_DIR to one' }]);
  // That it is not there, or cannot be seen, is no problem: nobody has started a master yet.
  for (const unseen of [`${folder}-missing`, `/${'x'.repeat(300)}`]) {
    vi.stubEnv('PROTEUS_RUNTIME_DIR', unseen);
    expect(unreadFolders()).toEqual([]);
  }
});

test('a stopped master is found although so many connections wait for it that no more can', async () => {
  const folder = socketFolder();
  const serve = `require('node:net').createServer().listen({ path: process.argv[1] + process.pid + '.sock', backlog: 1 }, () => console.log())`;
  const stopped = spawn(process.execPath, ['-e', serve, join(folder, '/')], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void stopped.kill('SIGKILL'));
  await once(stopped.stdout, 'data');
  stopped.kill('SIGSTOP');
  const waiting = Array.from({ length: 5 }, () => connectSocket(join(folder, `${stopped.pid}.sock`)));
  onTestFinished(() => waiting.forEach((socket) => socket.destroy()));
  const refused = waiting.map((socket) => new Promise((resolve) => socket.on('error', resolve)));
  await Promise.race(refused);
  const [master] = await masters({ timeout: 300 });
  expect(master?.pid).toBe(stopped.pid);
  await expect(master?.status()).rejects.toThrow('so many connections wait there that no more can');
});

test('a master is chosen by pid, by cluster, by path, or because it is the only one', async () => {
  const folder = socketFolder();
  await expect(connect()).rejects.toMatchObject({ name: 'SelectionError', reason: 'none', running: [] });
  const path = join(folder, `${pid}.sock`);
  await listen(path, json(report('web', 'jobs')));
  expect(await connect()).toMatchObject({ pid });
  expect(await connect(pid)).toMatchObject({ pid });
  expect(await connect(String(pid))).toMatchObject({ pid });
  expect(await connect('jobs')).toMatchObject({ pid, cluster: 'jobs' });
  expect(await connect(path)).toMatchObject({ at: path });
  await expect(connect('wbe')).rejects.toThrow(`no master has a cluster 'wbe'. These run: pid ${pid} (web, jobs)`);
  await expect(connect(1)).rejects.toThrow('no master has the pid 1.');
  await expect(connect('1')).rejects.toThrow("no master has the pid 1, or a cluster '1'.");
});

test('with several masters one must be named', async () => {
  const folder = socketFolder();
  await listen(join(folder, `${pid}.sock`), json(report('web', 'jobs')));
  await listen(join(folder, `${other}.sock`), json(report('web')));
  const error = await connect().catch((failed: unknown) => failed);
  expect(error).toBeInstanceOf(SelectionError);
  expect(error).toMatchObject({
    reason: 'several',
    running: expect.arrayContaining([{ pid, clusters: ['web', 'jobs'] }]),
  });
  await expect(connect('web')).rejects.toMatchObject({ reason: 'several' });
  expect(await connect('jobs')).toMatchObject({ pid });
  expect(await connect(other)).toMatchObject({ pid: other });
});

test('a wrong target is an error at once', async () => {
  await expect(connect({ url: 'nonsense', token: 'x' })).rejects.toThrow(
    'expected a URL such as http://127.0.0.1:9900, got nonsense',
  );
  await expect(connect({ url: 'http://127.0.0.1:1', token: '' })).rejects.toThrow('expected a token');
  await expect(connect('/no/such.sock')).rejects.toMatchObject({ code: 'unreachable' });
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  await expect(connect({ url: `https://127.0.0.1:${port}`, token: 'x' })).rejects.toMatchObject({
    code: 'unreachable',
    message: `https://127.0.0.1:${port}: what listens there does not speak TLS. Try http://127.0.0.1:${port}`,
  });
});

const all = async <T>(stream: AsyncIterable<T>): Promise<readonly T[]> => {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
};

/** A master whose server answers everything but `ping` in this way. */
const answering = async (answer: RequestListener) => {
  const path = join(socketFolder(), 'test.sock');
  await listen(path, (request, response) =>
    request.url === '/v1/ping' ? json({ pid })(request, response) : answer(request, response),
  );
  return connect(path, { timeout: 300 });
};

test('requests carry their parameters, and the cluster that was chosen', async () => {
  const asked: string[] = [];
  const folder = socketFolder();
  await listen(join(folder, `${pid}.sock`), (request, response) => {
    let body = '';
    request
      .on('data', (chunk) => (body += chunk))
      .on('end', () => {
        asked.push(`${request.method} ${request.url} ${body}`);
        json({ ...report('web'), accepted: true })(request, response);
      });
  });
  const master = await connect('web');
  asked.length = 0;
  await master.status({ cluster: undefined });
  await master.workers({ slot: 2 });
  await master.scale(3, { cluster: 'a&b' });
  await master.send({ cmd: 'x' }, { slot: undefined });
  await all(master.logs({ level: 'warn', follow: true }));
  expect(asked).toEqual([
    'GET /v1/status ',
    'GET /v1/workers?cluster=web&slot=2 ',
    'POST /v1/scale {"cluster":"a&b","to":3}',
    'POST /v1/send {"cluster":"web","message":{"cmd":"x"}}',
    'GET /v1/logs?cluster=web&level=warn&follow=true ',
  ]);
});

test('an error of the server has its code, status and text', async () => {
  const master = await answering(json({ error: { code: 'not-found', message: 'slot: got 9' } }, 404));
  const error = await master.workers({ slot: 9 }).catch((failed: unknown) => failed);
  expect(error).toBeInstanceOf(ControlError);
  expect(error).toMatchObject({ code: 'not-found', status: 404, message: 'slot: got 9' });
});

test.for([
  ['another program', json('hello', 500), { code: 'invalid', status: 500 }],
  ['no JSON', (_: unknown, response: { end: (text: string) => void }) => response.end('<html>'), { code: 'invalid' }],
  ['a connection that is closed', (request: { destroy: () => void }) => request.destroy(), { code: 'ended' }],
  ['silence', () => {}, { code: 'timeout' }],
  ['silence in an answer', (_: unknown, response: ServerResponse) => response.write('{'), { code: 'timeout' }],
] as const)('%s is an error', async ([, answer, expected]) => {
  const master = await answering(answer);
  await expect(master.status()).rejects.toMatchObject({ name: 'ControlError', ...expected });
});

test('a stream is read line by line, however it is cut', async () => {
  const master = await answering((_, response) => {
    response.write('{"id":1,"te');
    setImmediate(() => response.end('xt":"ü"}\n\n{"gap":{"from":2,"to":3}}\n{"id":4}'));
  });
  expect(await all(master.events())).toEqual([{ id: 1, text: 'ü' }, { gap: { from: 2, to: 3 } }, { id: 4 }]);
});

test('a stream that breaks off is an error, and so is an error in it', async () => {
  const broken = await answering((_, response) => {
    response.write('{"id":1}\n');
    setImmediate(() => response.destroy());
  });
  await expect(all(broken.events({ follow: true }))).rejects.toMatchObject({ code: 'ended' });
  const failing = await answering((_, response) => response.end('{"error":{"code":"internal","message":"no"}}\n'));
  await expect(all(failing.events({ follow: true }))).rejects.toMatchObject({ code: 'internal', message: 'no' });
});

test('to leave the loop ends the request', async () => {
  let closed: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => (closed = resolve));
  const master = await answering((_, response) => {
    response.on('close', () => closed?.());
    response.write('{"id":1}\n');
  });
  for await (const line of master.events({ follow: true })) {
    expect(line).toEqual({ id: 1 });
    break;
  }
  await ended;
});

test('return ends a stream that is being waited for', async () => {
  const master = await answering((_, response) => response.write('{"id":1}\n'));
  const events = master.events({ follow: true })[Symbol.asyncIterator]();
  expect(await events.next()).toMatchObject({ done: false });
  const waiting = events.next();
  await events.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test('a command tells of its progress, and has a result', async () => {
  let requests = 0;
  const master = await answering((_, response) => {
    requests += 1;
    response.end(
      '{"gap":{}}\n{"event":{"type":"restart"}}\n{"event":{"type":"fork"}}\n{"result":{"outcome":"done"}}\n',
    );
  });
  const progress = master.restart();
  const types: string[] = [];
  for await (const { event } of progress) types.push(event.type);
  expect(types).toEqual(['restart', 'fork']);
  expect(await progress.result()).toEqual({ outcome: 'done' });
  expect(await progress.result()).toEqual({ outcome: 'done' });
  expect(requests).toBe(1);
  expect(await master.shutdown().result()).toEqual({ outcome: 'done' });
});

test('a command whose master ends has no result', async () => {
  const master = await answering((_, response) => response.end('{"event":{"type":"restart"}}\n'));
  await expect(master.restart().result()).rejects.toMatchObject({ code: 'ended' });
});
