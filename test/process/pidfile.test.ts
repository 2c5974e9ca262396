import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, gone, master, program, workers } from './harness.js';

const one = { worker: 1, exec: 'worker.mjs' };
const http = { 'worker.mjs': workers.http };
const pidIn = (folder: string) => readFileSync(join(folder, 'master.pid'), 'utf8');
/** What is in the folder beyond what the test put there: nothing may be left behind. */
const leftovers = (folder: string) =>
  readdirSync(folder).filter((name) => !['master.mjs', 'worker.mjs', 'node_modules', 'master.pid'].includes(name));

/** A pid that no process has: its process has just ended. */
const deadPid = async (folder: string): Promise<number> => {
  const ended = program(folder, process.execPath, ['-e', '']);
  await ended.ended();
  await gone(ended.pid);
  return ended.pid;
};

/** The error of a master that could not start: one, and nothing before or after it. */
const refusal = async (folder: string, how: string | object = one): Promise<string> => {
  const refused = master(folder, how);
  expect(await refused.ended()).toEqual({ code: 1, signal: null });
  expect(refused.told).toMatchObject([{ type: 'failed', error: { name: 'PidFileError' } }]);
  expect(refused.output).toBe('');
  return refused.told[0]?.error?.message ?? '';
};

test('it holds the pid and a newline, is readable by all, and only what is ours is removed', async () => {
  const folder = fresh(http);
  const running = master(folder, one);
  await running.event('started');
  expect(pidIn(folder)).toBe(`${running.pid}\n`);
  expect(lstatSync(join(folder, 'master.pid')).mode & 0o777).toBe(0o644);
  expect(leftovers(folder)).toEqual([]);
  running.signal('SIGTERM');
  await running.ended();
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('an empty file, as a machine that lost its power may leave it, is replaced', async () => {
  const folder = fresh({ ...http, 'master.pid': '' });
  const running = master(folder, one);
  await running.event('started');
  expect(pidIn(folder)).toBe(`${running.pid}\n`);
});

test('pid: false writes none', async () => {
  const folder = fresh(http);
  const running = master(
    folder,
    `proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: false, log: false }).subscribe(tell);`,
  );
  await running.event('started');
  expect(readdirSync(folder).filter((name) => name.includes('pid'))).toEqual([]);
});

test('whoever reads it may send a signal by it at once: it is handled before the file is there', async () => {
  const folder = fresh(http);
  const running = master(
    folder,
    `import fs from 'node:fs';
     import { syncBuiltinESMExports } from 'node:module';
     const { linkSync } = fs;
     fs.linkSync = (from, to) => {
       process.kill(process.pid, 'SIGUSR2');
       linkSync(from, to);
     };
     syncBuiltinESMExports();
     run(${JSON.stringify(one)});
     can.handlers = () => process.listenerCount('SIGUSR2');`,
  );
  await running.event('signal');
  expect((await running.event('restart-end')).result).toMatchObject({ outcome: 'done' });
  expect(await running.call('handlers')).toMatchObject({ result: 1 });
});

test("a live master's file is refused, and both the file and the master stay", async () => {
  const folder = fresh(http);
  const running = master(folder, one);
  await running.event('started');
  expect(await refusal(folder)).toBe(
    `pid: ${join(folder, 'master.pid')} belongs to a running master, pid ${running.pid}. Stop that master, or set \`pid\` to another path`,
  );
  expect(pidIn(folder)).toBe(`${running.pid}\n`);
  expect(leftovers(folder)).toEqual([]);
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
});

test('of masters that start together one gets the file', async () => {
  const folder = fresh(http);
  writeFileSync(join(folder, 'master.pid'), `${await deadPid(folder)}\n`);
  const script = `
    can.start = () => { run({ worker: 1, exec: 'worker.mjs' }); };
    tell({ type: 'loaded' });
    process.channel.ref();
    can.leave = () => { process.channel.unref(); };`;
  const racers = Array.from({ length: 4 }, () => master(folder, script));
  await Promise.all(racers.map((racer) => racer.event('loaded')));
  await Promise.all(racers.map((racer) => racer.call('start')));
  await Promise.all(racers.map((racer) => racer.event(({ type }) => type === 'started' || type === 'failed')));
  const winners = racers.filter((racer) => racer.past('started').length > 0);
  expect(winners).toHaveLength(1);
  expect(pidIn(folder)).toBe(`${winners[0]?.pid}\n`);
  for (const racer of racers.filter((racer) => !winners.includes(racer))) {
    expect(racer.past('fork')).toEqual([]);
    expect(racer.past('failed')).toMatchObject([{ error: { name: 'PidFileError' } }]);
  }
  expect(leftovers(folder)).toEqual([]);
});

test('the file of a master that was killed is replaced', async () => {
  const folder = fresh(http);
  const killed = master(folder, one);
  await killed.event('started');
  killed.signal('SIGKILL');
  await killed.exited();
  expect(pidIn(folder)).toBe(`${killed.pid}\n`);
  const next = master(folder, one);
  await next.event('started');
  expect(pidIn(folder)).toBe(`${next.pid}\n`);
  expect(leftovers(folder)).toEqual([]);
});

test('a file with our own pid, as in a container that was started again, is replaced', async () => {
  const folder = fresh(http);
  const next = master(
    folder,
    `import { writeFileSync } from 'node:fs';
     writeFileSync('master.pid', process.pid + '\\n');
     run({ worker: 1, exec: 'worker.mjs' });`,
  );
  await next.event('started');
  expect(pidIn(folder)).toBe(`${next.pid}\n`);
});

test('a symbolic link is refused, and what it points to is not touched', async () => {
  const folder = fresh({ ...http, precious: '1\n' });
  symlinkSync('precious', join(folder, 'master.pid'));
  expect(await refusal(folder)).toContain('is a symbolic link');
  expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('1\n');
  expect(lstatSync(join(folder, 'master.pid')).isSymbolicLink()).toBe(true);
});

test('a file that holds anything but a pid is refused, and not touched', async () => {
  const folder = fresh(http);
  const texts = ['hello\n', '12 34\n', '-1\n', '0\n', '1.5\n', '1\n2\n'];
  const program = master(
    folder,
    `import { readFileSync, writeFileSync } from 'node:fs';
     for (const text of ${JSON.stringify(texts)}) {
       writeFileSync('master.pid', text);
       proteus.cluster$({ exec: 'worker.mjs', pid: 'master.pid', log: false }).subscribe({
         next: tell,
         error: ({ name, message }) => tell({ type: 'refused', value: [name, message.slice(-100), readFileSync('master.pid', 'utf8')] }),
       });
     }`,
  );
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  const message = expect.stringContaining('something other than a pid');
  expect(program.told).toEqual(texts.map((text) => ({ type: 'refused', value: ['PidFileError', message, text] })));
  expect(leftovers(folder)).toEqual([]);
});

test('a folder in its place is refused', async () => {
  expect(await refusal(fresh({ ...http, 'master.pid/full': '' }))).toContain('is not a file');
});

test('a folder that does not exist is named, with what to do', async () => {
  const folder = fresh(http);
  const path = join(folder, 'no/such/master.pid');
  expect(await refusal(folder, { ...one, pid: path })).toBe(
    `pid: ${path} cannot be written (ENOENT). Name a path in a folder that exists and is yours, or pid: false for none`,
  );
});

/** Root may write everywhere, so the process changes its user first. */
const nobody = 65_534;
/** What is loaded by the first configuration is loaded before: the package may lie where only we can read it. */
const asNobody = `proteus.cluster$({ exec: 'worker.mjs', log: {} });
  if (process.getuid() === 0) { process.setgid(${nobody}); process.setuid(${nobody}); }`;

test('a folder that we may not write to is refused', async () => {
  const folder = fresh({ ...http, 'locked/.keep': '' });
  chmodSync(join(folder, 'locked'), 0o555);
  chmodSync(folder, 0o755);
  const script = `${asNobody} run({ worker: 1, exec: 'worker.mjs', pid: 'locked/master.pid' });`;
  expect(await refusal(folder, script)).toContain('locked/master.pid cannot be written (EACCES)');
  expect(readdirSync(join(folder, 'locked'))).toEqual(['.keep']);
});

test("another user's file is refused, even a stale one in a folder that all may write to", async () => {
  if (process.getuid?.() !== 0) throw new Error('this test needs root to give a file to another user');
  const folder = fresh(http);
  chmodSync(folder, 0o1777);
  const path = join(folder, 'master.pid');
  writeFileSync(path, `${await deadPid(folder)}\n`);
  expect(await refusal(folder, `${asNobody} run({ worker: 1, exec: 'worker.mjs' });`)).toContain(
    'belongs to another user (uid 0)',
  );
  chownSync(path, nobody, nobody);
  expect(await refusal(folder)).toContain(`belongs to another user (uid ${nobody})`);
  expect(leftovers(folder)).toEqual([]);
});

test('a file that another program put in its place is not removed', async () => {
  const folder = fresh(http);
  const running = master(folder, one);
  await running.event('started');
  writeFileSync(join(folder, 'other'), '1\n');
  renameSync(join(folder, 'other'), join(folder, 'master.pid'));
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(pidIn(folder)).toBe('1\n');
});

test('it is removed also if the program ends by process.exit() or an error', async () => {
  const folder = fresh(http);
  const running = master(
    folder,
    `run({ worker: 1, exec: 'worker.mjs' }); can.throw = () => { setImmediate(() => { throw new Error('mine'); }); };`,
  );
  await running.event('started');
  await running.call('throw');
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.output).toContain('Error: mine');
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});
