import { mkdirSync, renameSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, imports, master, program, workers, write } from './harness.js';

/** Says which release it is, by its file, its folder and its text. */
const says = (release: string) => `
  process.send([import.meta.url.split('/').at(-2), process.cwd().split('/').at(-1), '${release}']);
  setInterval(() => {}, 1_000);`;

/** What may be given for `exec` and `cwd`; the master is started in the folder of its release. */
const places = [
  ['by default', `{}`],
  ['with a relative cwd and exec', `{ cwd: '.', exec: './worker.mjs' }`],
  ['with an absolute cwd and exec', `{ cwd: import.meta.dirname, exec: import.meta.dirname + '/worker.mjs' }`],
  ['with an absolute exec', `{ exec: import.meta.dirname + '/worker.mjs' }`],
] as const;

const release = (name: string, options: string) => ({
  [`${name}/worker.mjs`]: says(name),
  [`${name}/master.mjs`]: `${imports}
    run({ exec: 'worker.mjs', ...${options}, worker: 1, pid: false, ready: 'online', disconnectTimeout: 100 });`,
});

test.each(places)('a release folder that was renamed away is left by the next restart, %s', async (_, options) => {
  const folder = fresh({ ...release('app', options), ...release('next', options) });
  const running = program(join(folder, 'app'), process.execPath, ['master.mjs']);
  expect(await running.event('message')).toMatchObject({ message: ['app', 'app', 'app'] });
  await running.event('started');
  renameSync(join(folder, 'app'), join(folder, 'app.old'));
  renameSync(join(folder, 'next'), join(folder, 'app'));
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect((await running.events('message', 2))[1]).toMatchObject({ message: ['app', 'app', 'next'] });
});

test.each(places)(
  'a release folder that was deleted and made again is entered by the next restart, %s',
  async (_, options) => {
    const folder = fresh(release('app', options));
    const running = program(join(folder, 'app'), process.execPath, ['master.mjs']);
    // It has loaded its file.
    await running.event('message');
    await running.event('started');
    rmSync(join(folder, 'app'), { recursive: true });
    write(folder, { 'app/worker.mjs': says('new') });
    expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
    expect((await running.events('message', 2))[1]).toMatchObject({ message: ['app', 'app', 'new'] });
  },
);

test.each(places)('a moved `current` link is followed by file and folder alike, %s', async (_, options) => {
  const folder = fresh({ ...release('one', options), ...release('two', options) });
  const current = join(folder, 'current');
  symlinkSync('one', current);
  const running = program(current, process.execPath, ['master.mjs']);
  expect(await running.event('message')).toMatchObject({ message: ['one', 'one', 'one'] });
  await running.event('started');
  symlinkSync('two', join(folder, 'link'));
  renameSync(join(folder, 'link'), current);
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect((await running.events('message', 2))[1]).toMatchObject({ message: ['two', 'two', 'two'] });
});

test.each([
  ['does not exist', 'nowhere', 'ENOENT'],
  ['is a file', 'worker.mjs', 'ENOTDIR'],
])('a cwd that %s is an error before anything is started', async (_, cwd, code) => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const refused = master(folder, { worker: 1, exec: 'worker.mjs', cwd });
  expect(await refused.ended()).toEqual({ code: 1, signal: null });
  expect(refused.told).toMatchObject([
    {
      type: 'failed',
      error: {
        name: 'ConfigError',
        option: 'cwd',
        message: `cwd: expected a folder that can be entered, got ${join(folder, cwd)} (${code}). Relative paths start at ${folder}`,
      },
    },
  ]);
});

test('a cwd that went missing is named by the fork that needs it, and the next restart finds it again', async () => {
  const folder = fresh({ 'worker.mjs': workers.http, 'place/.keep': '' });
  const running = master(folder, { worker: 1, exec: 'worker.mjs', cwd: 'place' });
  await running.event('started');
  rmSync(join(folder, 'place'), { recursive: true });
  expect((await running.call('restart')).result).toMatchObject({
    outcome: 'aborted',
    kept: [1],
    cause: {
      exit: { reason: 'spawn', cause: { message: expect.stringContaining(`got ${join(folder, 'place')} (ENOENT)`) } },
    },
  });
  expect((await running.event('error')).error).toMatchObject({
    name: 'ConfigError',
    message: `cwd: expected a folder that can be entered, got ${join(folder, 'place')} (ENOENT). Relative paths start at ${folder}`,
  });
  mkdirSync(join(folder, 'place'));
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
});

test('the folder that the master was started in is named also if it does not exist any more', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const place = join(folder, 'place');
  mkdirSync(place);
  const script = `${imports} run({ worker: 1, exec: '../worker.mjs', pid: false });`;
  write(folder, { 'master.mjs': script });
  const running = program(place, process.execPath, ['../master.mjs']);
  await running.event('started');
  rmdirSync(place);
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'aborted' });
  expect((await running.event('error')).error?.message).toContain(
    `cwd: expected a folder that can be entered, got ${place}`,
  );
});
