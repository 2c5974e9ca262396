import { existsSync } from 'node:fs';
import net from 'node:net';
import { connect } from 'node:net';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fresh, get, imports, pidOf, program, type Program, write } from './harness.js';

/** A socket that is bound and that this process does not accept on, as the service manager holds it. */
const bound = (address: string, port: number, addressType: number): { readonly fd: number; readonly port: number } => {
  const handle: {
    readonly fd: number;
    readonly close: () => void;
    readonly getsockname?: (out: object) => void;
  } = Reflect.get(net, '_createServerHandle')(address, port, addressType);
  onTestFinished(() => handle.close());
  const place = { port: -1 };
  handle.getsockname?.(place);
  return { fd: handle.fd, port: place.port };
};

const loopback = () => bound('127.0.0.1', 0, 4);

interface Given {
  readonly descriptors: readonly number[];
  readonly names?: string;
  readonly config?: object;
}

/** A master as the service manager starts it: the variables name its own pid. */
const activated = (listen: string, { descriptors, names = '', config = {} }: Given, folder = fresh()): Program => {
  write(folder, {
    'master.mjs': `${imports}\nrun({ exec: 'worker.mjs', worker: 1, systemd: false, ...${JSON.stringify(config)} });`,
    'worker.mjs': `
      import { createServer } from 'node:http';
      import { readdirSync, readlinkSync } from 'node:fs';
      const inode = (fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } };
      const variables = Object.keys(process.env).filter((name) => /^(LISTEN|NOTIFY|WATCHDOG)_/.test(name));
      process.send({ variables, sockets: readdirSync('/proc/self/fd').map(inode) });
      createServer((request, response) => response.end(String(process.pid))).listen(${listen});
    `,
  });
  const script = `LISTEN_FDS=${descriptors.length} LISTEN_PID=$$ LISTEN_FDNAMES=${names} exec "$0" master.mjs`;
  return program(folder, 'sh', ['-c', script, process.execPath], {
    descriptors,
    env: { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '1000000' },
  });
};

const getUnix = (socketPath: string): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path: '/', agent: false }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    })
      .on('error', reject)
      .end();
  });

test('a worker that listens on the port of an inherited socket gets the socket', async () => {
  const { fd, port } = loopback();
  const cluster = activated(`${port}, '127.0.0.1'`, { descriptors: [fd] });
  const worker = await cluster.event('ready');
  expect(await get(port)).toBe(String(pidOf(worker)));
  expect(cluster.past('error')).toEqual([]);
});

test('a crash of the only worker closes nothing: connections wait for the next one', async () => {
  const { fd, port } = loopback();
  const config = { backoff: { initial: 300, jitter: 0 } };
  const cluster = activated(`${port}, '127.0.0.1'`, { descriptors: [fd], config });
  const first = pidOf(await cluster.event('ready'));
  process.kill(first, 'SIGKILL');
  await cluster.event('backoff');
  const answer = await get(port);
  const [, second] = await cluster.events('ready', 2);
  expect(second && String(pidOf(second))).toBe(answer);
  process.kill(Number(answer), 'SIGKILL');
  await cluster.events('backoff', 2);
  expect(Number(await get(port))).not.toBe(Number(answer));
});

test('a restart loses no connection on an inherited socket', async () => {
  const { fd, port } = loopback();
  const cluster = activated(`${port}, '127.0.0.1'`, { descriptors: [fd], config: { worker: 2 } });
  await cluster.event('started');
  const rolling = new Set(['restart']);
  const answers: string[] = [];
  const ask = async () => {
    // One after the other.
    // oxlint-disable-next-line no-await-in-loop
    while (rolling.size > 0) answers.push(await get(port));
  };
  const asking = ask();
  expect((await cluster.call('restart')).result).toMatchObject({ outcome: 'done' });
  rolling.clear();
  await asking;
  expect(new Set(answers).size).toBeGreaterThan(1);
});

test('a socket is found by its descriptor and by its name', async () => {
  const [one, other] = [loopback(), loopback()];
  const given = { descriptors: [one.fd, other.fd], names: 'one:web' };
  const byName = activated(`'systemd:web'`, given);
  const named = await byName.event('ready');
  expect(named.why).toBe(`listens on 127.0.0.1:${other.port}`);
  expect(await get(other.port)).toBe(String(pidOf(named)));
  const byDescriptor = activated(`{ fd: 3 }`, given);
  const numbered = await byDescriptor.event('ready');
  expect(numbered.why).toBe(`listens on 127.0.0.1:${one.port}`);
  expect(await get(one.port)).toBe(String(pidOf(numbered)));
});

test('a unix socket is found by its path', async () => {
  const folder = fresh();
  const path = join(folder, 'web.sock');
  const { fd } = bound(path, -1, -1);
  const cluster = activated(`'web.sock'`, { descriptors: [fd] }, folder);
  const worker = await cluster.event('ready');
  expect(await getUnix(path)).toBe(String(pidOf(worker)));
  expect(cluster.past('error')).toEqual([]);
});

test('a port without a host is that of a socket on all addresses', async () => {
  const { fd, port } = bound('::', 0, 6);
  const cluster = activated(`${port}`, { descriptors: [fd] });
  const worker = await cluster.event('ready');
  expect(await get(port)).toBe(String(pidOf(worker)));
});

test('two servers of a worker, and two workers, share a socket', async () => {
  const { fd, port } = loopback();
  const listen = `${port}, '127.0.0.1'); createServer(() => {}).listen(${port}, '127.0.0.1'`;
  const cluster = activated(listen, { descriptors: [fd], config: { worker: 2 } });
  expect(await cluster.events('listening', 4)).toHaveLength(4);
  expect(cluster.past('error')).toEqual([]);
});

test('an address that differs is an error that says what to do', async () => {
  const { fd, port } = bound('::', 0, 6);
  const cluster = activated(`${port}, '127.0.0.1'`, {
    descriptors: [fd],
    names: 'web',
    config: { maxStartAttempts: 1 },
  });
  const { error } = await cluster.event('error');
  expect(error?.message).toMatch(
    /worker 1 listens on 127\.0\.0\.1, port \d+, and the socket web of the unit on ::, port \d+, so it is not used\. Let both have the same address/,
  );
});

test.each([
  ['one that has another name', 'admin', /has opened only admin\. Name it with FileDescriptorName/],
  ['none', undefined, /has opened no socket\. Name it with FileDescriptorName/],
])('a name without a socket is an error, and no file: the service manager has opened %s', async (_, names, told) => {
  const folder = fresh();
  const descriptors = names === undefined ? [] : [loopback().fd];
  const given = { descriptors, config: { maxForkCount: 1 }, ...(names !== undefined && { names }) };
  const cluster = activated(`'systemd:web'`, given, folder);
  const { error } = await cluster.event('error');
  expect(error?.message).toMatch(/^worker 1 listens on 'systemd:web', and the service manager/);
  expect(error?.message).toMatch(told);
  const { cause } = await cluster.event('exit');
  expect(cause?.message).toContain('ENOENT');
  expect(existsSync(join(folder, 'systemd:web'))).toBe(false);
});

test('workers inherit neither the variables of the service manager nor its descriptors', async () => {
  const { fd, port } = loopback();
  const cluster = activated(`${port}, '127.0.0.1'`, { descriptors: [fd] });
  const { message } = await cluster.event('message');
  const worker = await cluster.event('ready');
  expect(message).toMatchObject({ variables: [] });
  const listening = connect(port, '127.0.0.1');
  onTestFinished(() => void listening.destroy());
  const { readlinkSync } = await import('node:fs');
  const inherited = readlinkSync(`/proc/${cluster.pid}/fd/3`);
  expect(inherited).toMatch(/^socket:/);
  expect(message).not.toMatchObject({ sockets: expect.arrayContaining([inherited]) });
  expect(pidOf(worker)).not.toBe(cluster.pid);
});
