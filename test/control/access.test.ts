import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { ask, attached, portOf, runtimeFolder, socketIn, type Where } from './harness.js';

const token = 'correct-horse-battery-staple';
const bearer = { authorization: `Bearer ${token}` };

/** A cluster with a server on TCP. */
const onTcp = async (settings: object = {}) => {
  const folder = runtimeFolder();
  attached('web', { port: 0, token, ...settings });
  const socket = await socketIn(folder);
  return { socket, port: await portOf(socket) };
};

/** A request, and the status and code of its answer. */
const answered = async (where: Where, headers: Readonly<Record<string, string>>, path = '/v1/ping', verb = 'GET') => {
  const { status, text } = await ask(where, { path, verb, headers });
  return status === 200 ? 200 : `${status} ${JSON.parse(text).error.code}`;
};

test('on TCP each request needs the token', async () => {
  const { port } = await onTcp();
  expect(await answered(port, bearer)).toBe(200);
  expect(await answered(port, { authorization: `bearer ${token}` })).toBe(200);
  for (const authorization of ['', 'Bearer', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, token, `Basic ${token}`])
    // oxlint-disable-next-line no-await-in-loop
    expect([authorization, await answered(port, { authorization })]).toEqual([authorization, '401 unauthorized']);
  for (const path of ['/v1/status', '/v1/openapi.json', '/', '/v1/events?follow'])
    // oxlint-disable-next-line no-await-in-loop
    expect([path, await answered(port, {}, path)]).toEqual([path, '401 unauthorized']);
  const refused = await ask(port, { path: '/v1/ping' });
  expect(refused.headers['www-authenticate']).toBe('Bearer');
  expect(refused.text).not.toContain(token);
});

test('the token is not accepted in the URL', async () => {
  const { port } = await onTcp();
  expect(await answered(port, {}, `/v1/ping?token=${token}`)).toBe('401 unauthorized');
});

test('a name that was made to point to this machine is refused', async () => {
  const { port } = await onTcp();
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example'])
    // oxlint-disable-next-line no-await-in-loop
    expect([host, await answered(port, { ...bearer, host })]).toEqual([host, '403 forbidden']);
  for (const host of ['localhost', `LOCALHOST:${port}`, '127.0.0.1', '10.1.2.3:80', `[::1]:${port}`])
    // oxlint-disable-next-line no-await-in-loop
    expect([host, await answered(port, { ...bearer, host })]).toEqual([host, 200]);
});

test('the page of another origin gets nothing, not even with the token, and no answer allows one', async () => {
  const { socket, port } = await onTcp();
  for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:1`, `http://localhost:${port}`])
    for (const where of [socket, port])
      // oxlint-disable-next-line no-await-in-loop
      expect([origin, await answered(where, { ...bearer, origin })]).toEqual([origin, '403 forbidden']);
  expect(await answered(port, { ...bearer, origin: `http://127.0.0.1:${port}` })).toBe(200);
  const preflight = await ask(port, {
    path: '/v1/restart',
    verb: 'OPTIONS',
    headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(403);
  const headers = [preflight.headers, (await ask(port, { path: '/v1/ping', headers: bearer })).headers];
  expect(headers.flatMap(Object.keys).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('a server that only reads refuses every command', async () => {
  const { socket, port } = await onTcp({ readOnly: true });
  expect(await answered(port, bearer, '/v1/status')).toBe(200);
  for (const name of ['restart', 'scale', 'pause', 'resume', 'shutdown', 'force', 'reopen', 'send'])
    // oxlint-disable-next-line no-await-in-loop
    expect([name, await answered(port, bearer, `/v1/${name}`, 'POST')]).toEqual([name, '403 forbidden']);
  // On the socket the user may do everything.
  expect(await answered(socket, {}, '/v1/restart?x', 'POST')).toBe('400 bad-request');
});

test('without a host it listens on loopback only', async () => {
  const { socket } = await onTcp();
  const { text } = await ask(socket, { path: '/v1/status' });
  expect(JSON.parse(text).control).toEqual([{ path: socket }, { host: '127.0.0.1', port: expect.any(Number) }]);
});

test('a port that is in use is one error, and the socket serves', async () => {
  const { socket, port } = await onTcp();
  const other = attached('jobs', { port, token: 'another-token-for-this' });
  expect((await other.reported).message).toMatch(
    new RegExp(`control: cannot listen on 127.0.0.1:${port}: .*EADDRINUSE`),
  );
  expect(await answered(socket, {})).toBe(200);
  expect(other.errors).toHaveLength(1);
});

test('clusters with the same settings share a server, which is closed with the last of them', async () => {
  const folder = runtimeFolder();
  const settings = { port: 0, token };
  const [first, second] = [attached('web', settings), attached('jobs', settings)];
  const port = await portOf(await socketIn(folder));
  first.end();
  expect(await answered(port, bearer)).toBe(200);
  second.end();
  await expect(ask(port, { path: '/v1/ping', headers: bearer })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

/** Connects as another user, and prints what becomes of it. */
const connecting = `
  require('node:net').connect(process.argv[1])
    .on('connect', () => { console.log('connected'); process.exit(); })
    .on('error', (error) => console.log(error.code));
`;

test('the connection of another user is refused', async () => {
  const folder = runtimeFolder();
  attached();
  const socket = await socketIn(folder);
  const results = [65_534, 0].map(async (uid) => {
    const child = spawn(process.execPath, ['-e', connecting, socket], {
      uid,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    await once(child, 'close');
    return printed.trim();
  });
  expect(await Promise.all(results)).toEqual(['EACCES', 'connected']);
});
