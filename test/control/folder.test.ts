import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { socketFolder } from '../../src/control/folder.js';
import { attached, read, runtimeFolder, socketIn } from './harness.js';

const nobody = 65_534;

/** The folder of the sockets is a path in a private folder, which nothing is at yet. */
const missing = (name = 'sockets'): string => {
  const path = join(runtimeFolder(), name);
  process.env['PROTEUS_RUNTIME_DIR'] = path;
  return path;
};

/** The error with which a cluster is told that it has no socket. */
const problem = async (): Promise<string> => {
  const { reported, errors } = attached();
  const { message } = await reported;
  expect(errors).toHaveLength(1);
  return message;
};

test('the folder is created with the mode 0700', async () => {
  const folder = missing();
  attached();
  await socketIn(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test.each([0o755, 0o770, 0o701, 0o777])('a folder with the mode %o is refused and stays as it is', async (mode) => {
  const folder = missing();
  mkdirSync(folder);
  chmodSync(folder, mode);
  expect(await problem()).toBe(
    `control: the folder of the sockets, ${folder}, has the mode 0${mode.toString(8)}, expected 0700, because whoever enters it may operate the master. Change it with chmod 700`,
  );
  expect(statSync(folder).mode & 0o777).toBe(mode);
  expect(readdirSync(folder)).toEqual([]);
});

test('the folder of another user is refused', async () => {
  const folder = missing();
  mkdirSync(folder, { mode: 0o700 });
  chownSync(folder, nobody, nobody);
  expect(await problem()).toMatch(/belongs to another user \(uid 65534\)\. Set PROTEUS_RUNTIME_DIR/);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['', '/'])(
  'a symbolic link in place of the folder is not followed, also with "%s" at its end',
  async (end) => {
    const folder = missing();
    const target = join(folder, '../target');
    mkdirSync(target, { mode: 0o700 });
    symlinkSync(target, folder);
    process.env['PROTEUS_RUNTIME_DIR'] = `${folder}${end}`;
    expect(await problem()).toMatch(/is a symbolic link, and those are not followed/);
    expect(readdirSync(target)).toEqual([]);
  },
);

test('a file in place of the folder is refused, and stays', async () => {
  const folder = missing();
  writeFileSync(folder, 'mine', { mode: 0o600 });
  expect(await problem()).toMatch(/is not a folder/);
  expect(readFileSync(folder, 'utf8')).toBe('mine');
});

test.each([
  ['whose parent is missing', 'no/sockets', /cannot be used \(ENOENT\)\. Set PROTEUS_RUNTIME_DIR.*control: false/],
  ['in a file', 'file/sockets', /cannot be used \(ENOTDIR\)/],
  ['that is too long', 'x'.repeat(120), /too long for the system, expected at most 103 bytes/],
])('a folder %s is one error', async (_, name, message) => {
  const path = missing(name);
  writeFileSync(join(path.slice(0, -name.length), 'file'), '');
  expect(await problem()).toMatch(message);
});

test('a folder that is not absolute is one error', async () => {
  runtimeFolder();
  process.env['PROTEUS_RUNTIME_DIR'] = 'sockets';
  expect(await problem()).toMatch(/PROTEUS_RUNTIME_DIR is 'sockets', expected the absolute path/);
});

test('the folder is that of the variable, of the system for root, of the session, or in the temporary folder', () => {
  const uid = vi.spyOn(process, 'getuid').mockReturnValue(0);
  onTestFinished(() => uid.mockRestore());
  expect(socketFolder({ PROTEUS_RUNTIME_DIR: '/srv/sockets/' })).toBe('/srv/sockets');
  expect(socketFolder({})).toBe('/run/proteus-cluster');
  expect(socketFolder({ PROTEUS_RUNTIME_DIR: '', XDG_RUNTIME_DIR: '/run/user/1' })).toBe('/run/proteus-cluster');
});

test('without root it is that of the session if that is its own, otherwise in the temporary folder', () => {
  const session = mkdtempSync(join(tmpdir(), 'proteus-'));
  onTestFinished(() => rmSync(session, { recursive: true }));
  chownSync(session, nobody, nobody);
  const uid = vi.spyOn(process, 'getuid').mockReturnValue(nobody);
  onTestFinished(() => uid.mockRestore());
  const inTemporary = join(tmpdir(), `proteus-cluster-${nobody}`);
  expect(socketFolder({ XDG_RUNTIME_DIR: session })).toBe(join(session, 'proteus-cluster'));
  for (const env of [{ XDG_RUNTIME_DIR: '/root' }, { XDG_RUNTIME_DIR: 'x' }, {}])
    expect(socketFolder(env)).toBe(inTemporary);
});

/** A socket that nobody listens on any more, as a killed master leaves it. */
const stale = async (path: string): Promise<void> => {
  const listen = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', listen, path], { stdio: 'ignore' }), 'exit');
  expect(lstatSync(path).isSocket()).toBe(true);
};

test('sockets that dead masters have left are removed, its own included; what is not a socket, or is in use, stays', async () => {
  const folder = runtimeFolder();
  const at = (name: string) => join(folder, name);
  await Promise.all([stale(at('999999.sock')), stale(at(`${process.pid}.sock`)), stale(at('other.sock'))]);
  const inUse = createServer().listen(at('1.sock'));
  await once(inUse, 'listening');
  onTestFinished(() => void inUse.close());
  writeFileSync(at('2.sock'), 'mine');
  mkdirSync(at('3.sock'));
  symlinkSync(at('other.sock'), at('4.sock'));
  writeFileSync(at('notes.txt'), 'mine');
  const master = attached();
  await expect.poll(() => existsSync(at('999999.sock'))).toBe(false);
  const socket = await socketIn(folder);
  await expect.poll(() => read(socket, '/v1/ping').catch(() => undefined)).toHaveProperty('pid');
  const kept = ['1.sock', '2.sock', '3.sock', '4.sock', 'notes.txt', 'other.sock'];
  expect(readdirSync(folder).toSorted()).toEqual([...kept, `${process.pid}.sock`].toSorted());
  expect(readFileSync(at('2.sock'), 'utf8')).toBe('mine');
  master.end();
  await expect.poll(() => readdirSync(folder).toSorted()).toEqual(kept);
});

test('a socket gets its name when it accepts connections, also if a master with the same pid was killed just before', async () => {
  const folder = runtimeFolder();
  const unnamed = join(folder, `${process.pid}.new`);
  await stale(unnamed);
  attached();
  const socket = await socketIn(folder);
  expect(await read(socket, '/v1/ping')).toHaveProperty('pid');
  expect(existsSync(unnamed)).toBe(false);
  // The system knows a socket by the name with which it was bound.
  expect(readFileSync('/proc/net/unix', 'utf8')).toContain(unnamed);
});

test('a socket that a master was given no time to name is removed, and that of a process that runs stays', async () => {
  const folder = runtimeFolder();
  const [left, begun] = [join(folder, '4194303.new'), join(folder, `${process.ppid}.new`)];
  await Promise.all([stale(left), stale(begun)]);
  attached();
  await socketIn(folder);
  expect([existsSync(left), existsSync(begun)]).toEqual([false, true]);
});

test('a stale socket of another user stays', async () => {
  const folder = runtimeFolder();
  const path = join(folder, '999999.sock');
  await stale(path);
  chownSync(path, nobody, nobody);
  attached();
  await socketIn(folder);
  expect(existsSync(path)).toBe(true);
});

test('what stands at the path of its socket and is not its own is not replaced', async () => {
  const folder = runtimeFolder();
  const path = join(folder, `${process.pid}.sock`);
  writeFileSync(path, 'mine');
  expect(await problem()).toMatch(/cannot listen on .*\.sock: .*EADDRINUSE/);
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

test('a cluster that starts again at once has its socket again', async () => {
  const folder = runtimeFolder();
  for (let run = 0; run < 5; run += 1) {
    const master = attached();
    // oxlint-disable-next-line no-await-in-loop
    if (run % 2 === 0) await socketIn(folder);
    master.end();
  }
  const last = attached();
  const socket = await socketIn(folder);
  expect(await read(socket, '/v1/ping')).toHaveProperty('pid');
  expect(last.errors).toEqual([]);
});
