import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createServer, request } from 'node:http';
import { Observable } from 'rxjs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ask, attached, following, runtimeFolder, socketIn } from '../control/harness.js';
import { watchFleet } from '../../src/fleet.js';
import { enterFleet } from '../../src/fleet/state/joinedFleet.js';
import { aMember } from '../fleet/membership/aMember.js';
import { simulatedStore } from '../fleet/simulatedStore.js';
import { type MasterPlace, serveMasters } from '../../src/web.js';
import { bearer, method, shown, takenPort, token, worker } from './harness.js';

/** The status and code of an answer. */
const answered = async (port: number, path: string, headers: Readonly<Record<string, string>>, verb = 'GET') => {
  const { status, text } = await ask(port, { path, verb, headers });
  return status === 200 ? 200 : `${status} ${JSON.parse(text).error.code}`;
};

test('the page is one file that asks nobody, and a policy allows nothing but its own script', async () => {
  const { port } = await shown();
  const { status, headers, text } = await ask(port, { path: '/' });
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  const [, script = ''] = /<script>(.*)<\/script>/s.exec(text) ?? [];
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain(`script-src 'sha256-${hash}'`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(text).toContain(`Content-Security-Policy" content="${policy.replace("; frame-ancestors 'none'", '')}"`);
  // No inline handlers, and nothing is loaded.
  const markup = text.replaceAll(/<(script|style)>.*<\/\1>/gs, '');
  expect(markup).not.toMatch(/\son\w+=|\ssrc=|<link rel="stylesheet"/);
});

test('the page is the same for everybody, and small', async () => {
  const { port } = await shown();
  const packed = await new Promise<Buffer>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { 'accept-encoding': 'gzip' } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
    })
      .on('error', reject)
      .end();
  });
  const { text } = await ask(port, { path: '/' });
  expect(gunzipSync(packed).toString()).toBe(text);
  expect(packed.length).toBeLessThan(60_000);
  expect(text).not.toContain(token);
});

test('only the page is sent without the token', async () => {
  const { port } = await shown();
  expect(await answered(port, '/', {})).toBe(200);
  for (const path of ['/masters', method('status'), method('live'), '/v1/status', '/x'])
    for (const headers of [{}, { authorization: `Bearer ${token}x` }, { authorization: 'Bearer' }])
      // oxlint-disable-next-line no-await-in-loop
      expect([path, await answered(port, path, headers)]).toEqual([path, '401 unauthorized']);
  expect(await answered(port, `/masters?token=${token}`, {})).toBe('401 unauthorized');
  expect(await answered(port, '/masters', bearer)).toBe(200);
});

test('pages of other origins and names that were made to point here get nothing, not even the page', async () => {
  const { port } = await shown();
  for (const path of ['/', '/masters', method('status')]) {
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example'])
      // oxlint-disable-next-line no-await-in-loop
      expect([path, host, await answered(port, path, { ...bearer, host })]).toEqual([path, host, '403 forbidden']);
    for (const origin of ['http://evil.example', 'null', `http://localhost:${port}`])
      // oxlint-disable-next-line no-await-in-loop
      expect([path, origin, await answered(port, path, { ...bearer, origin })]).toEqual([
        path,
        origin,
        '403 forbidden',
      ]);
    // A tunnel of ssh has a port of its own.
    // oxlint-disable-next-line no-await-in-loop
    expect(await answered(port, path, { ...bearer, host: 'localhost:9999' })).toBe(200);
  }
});

test('the hosts of a fleet are known as long as this process is in one, to those who have the token', async () => {
  const { port, end } = await shown();
  const report = async () => JSON.parse((await ask(port, { path: '/fleet', headers: bearer })).text);
  const masters = async () => JSON.parse((await ask(port, { path: '/masters', headers: bearer })).text);
  expect(await masters()).toEqual({ readOnly: false, masters: [String(process.pid)] });
  expect(await answered(port, '/fleet', bearer)).toBe('404 not-found');

  const store = simulatedStore().host('web1');
  const leave = enterFleet({ name: 'prod', host: 'web1', state$: watchFleet(store) });
  onTestFinished(leave);
  store.create('members', 'web1', aMember('web1')).subscribe();
  await vi.waitFor(async () => expect(await report()).toMatchObject({ hosts: [{ host: 'web1', is: 'member' }] }));
  const { name, host, reachable, since, now, restarts } = await report();
  expect({ name, host, reachable, restarts }).toEqual({ name: 'prod', host: 'web1', reachable: true, restarts: [] });
  expect(now).toBeGreaterThanOrEqual(since);
  expect(await masters()).toMatchObject({ fleet: 'prod' });

  expect(await answered(port, '/fleet', {})).toBe('401 unauthorized');
  expect(await answered(port, '/fleet', { ...bearer, host: 'evil.example' })).toBe('403 forbidden');
  expect(await answered(port, '/fleet', { ...bearer, origin: 'http://evil.example' })).toBe('403 forbidden');
  expect(await answered(port, '/fleet', bearer, 'POST')).toBe('405 method-not-allowed');
  leave();
  expect(await answered(port, '/fleet', bearer)).toBe('404 not-found');
  end();
});

test('a fleet is followed while the page is served, and no longer', async () => {
  const { port, end } = await shown();
  let following = 0;
  const state$ = new Observable<never>(() => {
    following += 1;
    return () => (following -= 1);
  });
  onTestFinished(enterFleet({ name: 'prod', state$ }));
  expect(following).toBe(1);
  // Nothing is known of it yet.
  expect(await answered(port, '/fleet', bearer)).toBe('404 not-found');
  end();
  expect(following).toBe(0);
});

test('the methods are those of the control server, and what is none is refused', async () => {
  const { port, emit } = await shown();
  emit({ type: 'fork', worker, why: 'start' });
  const { text } = await ask(port, { path: method('status'), headers: bearer });
  expect(JSON.parse(text).clusters).toMatchObject([{ cluster: 'web', size: 1 }]);
  expect(await answered(port, method('constructor'), bearer)).toBe('404 not-found');
  expect(await answered(port, `/masters/${process.pid}/metrics`, bearer)).toBe('404 not-found');
  expect(await answered(port, method('restart'), bearer)).toBe('405 method-not-allowed');
  expect(await answered(port, '/', {}, 'POST')).toBe('405 method-not-allowed');
  expect(await answered(port, '/masters/1/v1/status', bearer)).toBe('404 not-found');
  expect(await answered(port, `/masters/${process.pid}/v1/status?x`, bearer)).toBe('400 bad-request');
});

test('a page that only reads refuses every action, and says so', async () => {
  const { port } = await shown({ token, readOnly: true });
  expect(JSON.parse((await ask(port, { path: '/masters', headers: bearer })).text)).toEqual({
    readOnly: true,
    masters: [String(process.pid)],
  });
  for (const name of ['restart', 'scale', 'pause', 'resume', 'shutdown', 'force'])
    // oxlint-disable-next-line no-await-in-loop
    expect([name, await answered(port, method(name), bearer, 'POST')]).toEqual([name, '403 forbidden']);
});

test('one stream has the status, then the events that are kept, and those that come', async () => {
  const { port, emit, end } = await shown();
  emit({ type: 'fork', worker, why: 'start' });
  const stream = following(port, { path: method('live?last=1'), headers: bearer });
  const fork = await stream.line(({ event }) => event?.type === 'fork');
  expect(stream.lines[0]).toMatchObject({ status: { pid: process.pid, clusters: [{ size: 1 }] }, last: fork.id });
  emit({ type: 'ready', worker, why: "sent 'ready'" });
  expect(await stream.line(({ event }) => event?.type === 'ready')).toMatchObject({ level: 'info' });
  emit({ type: 'end', why: 'it was asked to', after: 3 });
  end();
  await stream.ended;
  expect(stream.lines.at(-1)).toMatchObject({ event: { type: 'end' } });
});

test('without a token a link is written that only the user can read, and removed with the page', async () => {
  const folder = runtimeFolder();
  const { told, port, end } = await shown({});
  const { link = '' } = told;
  expect(link.startsWith(folder)).toBe(true);
  expect(statSync(link).mode & 0o777).toBe(0o600);
  const [, secret = ''] = /^http:\/\/127\.0\.0\.1:\d+\/#token=(\S{32})\n$/.exec(readFileSync(link, 'utf8')) ?? [];
  expect(await answered(port, '/masters', { authorization: `Bearer ${secret}` })).toBe(200);
  expect(JSON.stringify(told)).not.toContain(secret);
  end();
  expect(existsSync(link)).toBe(false);
});

test('a port that is taken is an error of the cluster, which continues', async () => {
  const port = await takenPort();
  const { attach } = await import('../../src/web.js');
  const { NEVER } = await import('rxjs');
  const reported = await new Promise<unknown>((report) => {
    const attachment = { cluster: 'web', settings: { port, token }, config: {}, events$: NEVER, report };
    attach({ ...attachment, traffic: () => [], tell: () => {} }).subscribe();
  });
  expect(String(reported)).toMatch(/^Error: web: cannot listen on 127\.0\.0\.1:\d+: /);
});

test('masters of other processes are passed on, found each time, and their end is told', async () => {
  const folder = runtimeFolder();
  const cluster = attached('jobs');
  const path = await socketIn(folder);
  let found = [{ id: '4711', path }];
  const { link, close } = await serveMasters({ port: 0, readOnly: false, find: async () => found });
  const { port, hash } = new URL(link);
  const headers = { authorization: `Bearer ${hash.slice('#token='.length)}` };
  cluster.emit({ type: 'fork', worker: { ...worker, cluster: 'jobs' }, why: 'start' });
  expect(JSON.parse((await ask(Number(port), { path: '/masters', headers })).text).masters).toEqual(['4711']);
  const stream = following(Number(port), { path: '/masters/4711/v1/live', headers });
  await stream.line(({ event }) => event?.type === 'fork');
  const scaled = await ask(Number(port), { path: '/masters/4711/v1/scale', headers, body: '{"to":0}' });
  expect([scaled.status, JSON.parse(scaled.text).error.code]).toEqual([400, 'bad-request']);
  expect(await answered(Number(port), '/masters/4711/v1/__proto__', headers)).toBe('404 not-found');
  cluster.end();
  await stream.ended;
  expect(await answered(Number(port), '/masters/4711/v1/status', headers)).toBe('503 unavailable');
  found = [];
  expect(await answered(Number(port), '/masters/4711/v1/status', headers)).toBe('404 not-found');
  close();
});

/** A page for the one master at a place, and a request to a method of it. */
const pageOf = async (place: MasterPlace) => {
  const { link, close } = await serveMasters({ port: 0, readOnly: false, find: async () => [place] });
  onTestFinished(close);
  const { port, hash } = new URL(link);
  const headers = { authorization: `Bearer ${hash.slice('#token='.length)}` };
  return async (name: string, verb = 'GET') => {
    const { status, text } = await ask(Number(port), { path: `/masters/${place.id}/v1/${name}`, verb, headers });
    return { status, error: JSON.parse(text).error };
  };
};

test('a master that refuses the token of this server does not answer: the page must not ask for its own', async () => {
  const master = createServer((_, response) => response.writeHead(401).end());
  await once(master.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void master.close());
  const address = master.address();
  const url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  const method = await pageOf({ id: 'remote', url, token: 'old' });
  expect(await method('status')).toEqual({
    status: 503,
    error: { code: 'unavailable', message: 'the master remote refuses the token that this server has for it' },
  });
});

test('a master that is stopped does not answer within 5 s; an action may take its time', async () => {
  const path = join(runtimeFolder(), 'stopped.sock');
  const asked: string[] = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const master = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    // What asks for samples is this server itself.
    if (request.url?.startsWith('/v1/status') === true) setImmediate(() => vi.advanceTimersByTime(5_000));
    if (request.method === 'POST') {
      vi.advanceTimersByTime(5_000);
      response.end('{}');
    }
  });
  await once(master.listen(path), 'listening');
  onTestFinished(() => void master.close());
  const method = await pageOf({ id: '4711', path });
  expect(await method('status')).toEqual({
    status: 503,
    error: { code: 'unavailable', message: 'the master 4711 does not answer: nothing has come for 5000 ms' },
  });
  expect(await method('restart', 'POST')).toMatchObject({ status: 200 });
  expect(asked).toEqual(expect.arrayContaining(['GET /v1/status', 'POST /v1/restart']));
});

test('the id of a master on TCP, or of a socket that was named, is encoded in paths by a page', async () => {
  const folder = runtimeFolder();
  attached('jobs');
  const path = await socketIn(folder);
  const ids = ['127.0.0.1:9900', ' tmp x.sock'];
  const find = async () => ids.map((id) => ({ id, path }));
  const { link, close } = await serveMasters({ port: 0, readOnly: false, find });
  onTestFinished(close);
  const { port, hash } = new URL(link);
  const headers = { authorization: `Bearer ${hash.slice('#token='.length)}` };
  for (const id of ids)
    for (const method of ['v1/status', 'history'])
      // oxlint-disable-next-line no-await-in-loop
      expect([id, await answered(Number(port), `/masters/${encodeURIComponent(id)}/${method}`, headers)]).toEqual([
        id,
        200,
      ]);
});
