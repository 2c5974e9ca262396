import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import module from 'node:module';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, master, type Program, write } from './harness.js';

const supported = 'enableCompileCache' in module;

const source = `
  import { createServer } from 'node:http';
  process.send({ folder: process.env.NODE_COMPILE_CACHE ?? 'none' });
  createServer().listen(0, '127.0.0.1');`;

/** Which folder each worker has been given. */
const folders = (program: Program): readonly string[] =>
  program.past('message').map(({ message }) => Object.values(message ?? {}).join());

const start = async (options: object, env: NodeJS.ProcessEnv = {}) => {
  const folder = fresh({ 'worker.mjs': source });
  write(folder, { 'tmp/nothing': '' });
  const program = master(
    folder,
    { worker: 2, exec: 'worker.mjs', ...options },
    { env: { TMPDIR: `${folder}/tmp`, ...env } },
  );
  await program.event('started');
  return { program, folder };
};

const share = async () => {
  const { program, folder } = await start({});
  await program.call('restart');
  const [shared = ''] = folders(program);
  expect(shared).toMatch(new RegExp(`^${folder}/tmp/proteus-cluster-\\w{6}$`));
  expect(new Set(folders(program))).toEqual(new Set([shared]));
  const { mode, uid } = statSync(shared);
  expect([mode & 0o777, uid]).toEqual([0o700, process.getuid?.()]);
  expect(readdirSync(shared)).not.toEqual([]);
  // Another user has the name by now: the folder is not trusted, and not removed.
  rmSync(shared, { recursive: true });
  mkdirSync(shared);
  await program.call('restart');
  const other = folders(program).at(-1) ?? '';
  expect(other).not.toBe(shared);
  expect(statSync(other).mode & 0o777).toBe(0o700);
  program.signal('SIGTERM');
  await program.ended();
  expect(readdirSync(`${folder}/tmp`)).toEqual(['nothing', basename(shared)]);
};

const doNot = async () => {
  const { program, folder } = await start({});
  expect(new Set(folders(program))).toEqual(new Set(['none']));
  expect(readdirSync(`${folder}/tmp`)).toEqual(['nothing']);
};

test('workers share a private compile cache, if this Node has one, and it is removed with the last of them', async () => {
  expect.hasAssertions();
  await (supported ? share() : doNot());
});

test.each([
  ['compileCache: false', { compileCache: false }, {}, 'none'],
  ['NODE_COMPILE_CACHE', {}, { NODE_COMPILE_CACHE: 'own' }, 'own'],
  ['a folder that cannot be made', {}, { TMPDIR: '/nowhere' }, 'none'],
])('with %s there is no such folder', async (_, options, env, expected) => {
  const { program, folder } = await start({ ...options, worker: 1 }, env);
  expect(folders(program)).toEqual([expected]);
  expect(readdirSync(`${folder}/tmp`)).toEqual(['nothing']);
});
