import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, gone, imports, master, type Program, program, workers } from './harness.js';

const one = { worker: 1, exec: 'worker.mjs' };
const http = { 'worker.mjs': workers.http };
const pidIn = (folder: string) => readFileSync(join(folder, 'master.pid'), 'utf8');
const leftovers = (folder: string) => readdirSync(folder).filter((name) => /^master\.pid./.test(name));

/** The error of a master that could not start. */
const refusal = async (folder: string, how: string | object = one): Promise<string> => {
  const refused = master(folder, how);
  expect(await refused.ended()).toEqual({ code: 1, signal: null });
  expect(refused.told).toMatchObject([{ type: 'failed', error: { name: 'PidFileError' } }]);
  return refused.told[0]?.error?.message ?? '';
};

/** Whose pid the file holds when another master has started, by name; beside it nothing is left. */
const successor = async (folder: string, how: string | object = one): Promise<string> => {
  const next = master(folder, how);
  await next.event('started');
  expect(leftovers(folder)).toEqual([]);
  return pidIn(folder) === `${next.pid}\n` ? 'the next' : pidIn(folder);
};

/** A pid that no process has: its process has just ended. */
const deadPid = async (folder: string): Promise<number> => {
  const ended = program(folder, process.execPath, ['-e', '']);
  await ended.ended();
  await gone(ended.pid);
  return ended.pid;
};

/** A process that is no master, and says when it is there. */
const other = async (folder: string, script = ''): Promise<Program> => {
  const running = program(folder, process.execPath, [
    '-e',
    `${script}; setInterval(() => {}, 1_000); console.log('here');`,
  ]);
  await running.printed(/here/);
  return running;
};

const year = 365 * 86_400_000;
const date = (folder: string, ms: number) => {
  const time = new Date(Date.now() + ms);
  utimesSync(join(folder, 'master.pid'), time, time);
};
const clock = (ms: number) => `const now = Date.now; Date.now = () => now() + ${ms};`;
/** LXC shows the time since its container was started, and the start of processes since that of the machine. */
const container = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { readFileSync } = fs;
  fs.readFileSync = (path, ...how) => (path === '/proc/uptime' ? '1.00 1.00' : readFileSync(path, ...how));
  syncBuiltinESMExports();`;

test.each([
  ['its file is a year old', -year, ''],
  ['its file is of next year', year, ''],
  ['the clock has gone forth', 0, clock(year)],
  ['the clock has gone back', 0, clock(-year)],
  ['the machine seems to have been started a second ago', 0, container],
])('a live master is not taken over when %s', async (_, age, before) => {
  const folder = fresh(http);
  const running = master(folder, one);
  await running.event('started');
  date(folder, age);
  expect(await refusal(folder, `${before} run(${JSON.stringify(one)});`)).toBe(
    `pid: ${join(folder, 'master.pid')} belongs to a running master, pid ${running.pid}. Stop that master, or set \`pid\` to another path`,
  );
  expect(pidIn(folder)).toBe(`${running.pid}\n`);
  expect(leftovers(folder)).toEqual([]);
  running.signal('SIGTERM');
  await running.ended();
  expect(readdirSync(folder)).not.toContain('master.pid');
});

test('a live master that waits for its last worker holds its file still', async () => {
  const folder = fresh({ 'worker.mjs': workers.stubborn });
  const running = master(folder, one);
  await running.event('started');
  running.signal('SIGTERM');
  await running.event('retire');
  expect(await refusal(folder)).toContain(`belongs to a running master, pid ${running.pid}`);
});

test.each([
  ['now', 0],
  ['next year', year],
])('a file written %s that names another program is replaced', async (_, age) => {
  const folder = fresh(http);
  const { pid } = await other(folder);
  writeFileSync(join(folder, 'master.pid'), `${pid}\n`);
  date(folder, age);
  expect(await successor(folder)).toBe('the next');
});

test('a file that names a master whose pid file is another one is replaced', async () => {
  const elsewhere = fresh(http);
  const running = master(elsewhere, one);
  await running.event('started');
  const folder = fresh(http);
  writeFileSync(join(folder, 'master.pid'), `${running.pid}\n`);
  expect(await successor(folder)).toBe('the next');
});

test('a master of an earlier release, which does not have the file open, is recognised by its workers and refused', async () => {
  const folder = fresh(http);
  const { pid } = await other(
    folder,
    `const cluster = require('node:cluster');
     cluster.setupPrimary({ exec: 'worker.mjs', execArgv: [] });
     cluster.fork()`,
  );
  writeFileSync(join(folder, 'master.pid'), `${pid}\n`);
  date(folder, -year);
  expect(await refusal(folder)).toMatch(
    new RegExp(`names pid ${pid}, which has node:cluster workers and may be a running master of an earlier release`),
  );
  expect(pidIn(folder)).toBe(`${pid}\n`);
});

test('a master that was killed and has not been waited for is replaced', async () => {
  const folder = fresh({ ...http, 'first.mjs': `${imports} run(${JSON.stringify(one)});` });
  // `sleep` takes the place of the shell, and never asks for the end of its child.
  const parent = program(folder, 'sh', ['-c', `"${process.execPath}" first.mjs & exec sleep 1000`]);
  const { worker } = await parent.event('ready');
  process.kill(Number(pidIn(folder)), 'SIGKILL');
  // It leaves when its master has ended.
  await gone(worker?.pid ?? 0);
  expect(await successor(folder)).toBe('the next');
});

/** How many of three masters that start together get the file. */
const race = async (folder: string): Promise<number> => {
  const script = `
    can.start = () => { run({ worker: 1, exec: 'worker.mjs' }); };
    tell({ type: 'loaded' });
    process.channel.ref();`;
  const racers = Array.from({ length: 3 }, () => master(folder, script));
  await Promise.all(racers.map((racer) => racer.event('loaded')));
  await Promise.all(racers.map((racer) => racer.call('start')));
  await Promise.all(racers.map((racer) => racer.event(({ type }) => type === 'started' || type === 'failed')));
  const winners = racers.filter((racer) => racer.past('started').length > 0);
  expect(winners.map(({ pid }) => `${pid}\n`)).toContain(pidIn(folder));
  expect(leftovers(folder)).toEqual([]);
  return winners.length;
};

test('of masters that start together where no file is one gets it', async () => {
  expect(await race(fresh(http))).toBe(1);
});

test('of masters that start together where the file names another program one gets it', async () => {
  const folder = fresh(http);
  writeFileSync(join(folder, 'master.pid'), `${(await other(folder)).pid}\n`);
  expect(await race(folder)).toBe(1);
});

test('of masters that start together after one was killed while it took the file one gets it', async () => {
  const folder = fresh(http);
  const path = join(folder, 'master.pid');
  const pid = await deadPid(folder);
  writeFileSync(path, `${pid}\n`);
  writeFileSync(`${path}.${lstatSync(path).ino}.claim`, `${pid}\n`);
  expect(await race(folder)).toBe(1);
});

/** Root may see everything, so the process changes its user first, after the first configuration has loaded its modules. */
const nobody = 65_534;
const asNobody = `proteus.cluster$({ exec: 'worker.mjs', log: {} });
  if (process.getuid() === 0) { process.setgid(${nobody}); process.setuid(${nobody}); }
  run({ worker: 1, exec: 'worker.mjs' });`;

const mustBeRoot = () => {
  if (process.getuid?.() !== 0) throw new Error('this test needs root to start a master as another user');
};

test('a live master whose open files cannot be seen is not taken over', async () => {
  mustBeRoot();
  const folder = fresh(http);
  chmodSync(folder, 0o777);
  const running = master(folder, asNobody);
  await running.event('started');
  date(folder, -year);
  expect(await refusal(folder, asNobody)).toContain(`names pid ${running.pid}, which may be a running master`);
  expect(pidIn(folder)).toBe(`${running.pid}\n`);
});

test('a file that names a program of another user, which cannot have written it, is replaced', async () => {
  mustBeRoot();
  const folder = fresh(http);
  chmodSync(folder, 0o777);
  const path = join(folder, 'master.pid');
  writeFileSync(path, `${(await other(folder)).pid}\n`);
  chownSync(path, nobody, nobody);
  expect(await successor(folder, asNobody)).toBe('the next');
});
