import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fresh, get, gone, isAlive, master, pidOf, portOf, workers, write } from './harness.js';

test.each([
  ['that serve', workers.http],
  ['whose timers never end', workers.stubborn],
])('a master that is killed takes its workers with it within 2 s: workers %s', async (_, source) => {
  const program = master(fresh({ 'worker.mjs': source }), { worker: 2, exec: 'worker.mjs' });
  await program.event('started');
  const pids = program.past('ready').map(pidOf);
  expect(pids.map(isAlive)).toEqual([true, true]);
  const killed = performance.now();
  program.signal('SIGKILL');
  expect(await program.exited()).toEqual({ code: null, signal: 'SIGKILL' });
  await gone(...pids);
  expect(performance.now() - killed).toBeLessThan(2_000);
});

test('a worker that has been asked to leave finishes its requests before it follows a killed master', async () => {
  const asked = `process.on('internalMessage', ({ drain }) => drain && process.send({ cmd: 'asked' }));`;
  // Long after a worker that has drained would have been hurried on.
  const orphaned = `import { writeFileSync } from 'node:fs';
    process.once('disconnect', () => setTimeout(writeFileSync, 100, 'orphaned', ''));`;
  const folder = fresh({ 'worker.mjs': workers.slow + asked + orphaned });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', drain: { linger: 5 } });
  await program.event('started');
  const answer = get(portOf(await program.event('listening')));
  const pid = pidOf(await program.event('message'));
  program.signal('SIGTERM');
  await program.events('message', 2);
  program.signal('SIGKILL');
  await program.exited();
  await appears(folder, 'orphaned');
  write(folder, { go: '' });
  expect(await answer).toBe(String(pid));
  const answered = performance.now();
  await gone(pid);
  expect(performance.now() - answered).toBeLessThan(2_000);
});

test('a worker that has to be killed takes its descendants with it, and those of other workers stay', async () => {
  const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000);`;
  const folder = fresh({
    'grandchild.cjs': stubborn,
    'child.cjs': `
      const child = require('node:child_process').fork('grandchild.cjs');
      process.send([process.pid, child.pid]);
      ${stubborn}`,
    'worker.mjs': `
      import { fork } from 'node:child_process';
      fork('child.cjs').on('message', (pids) => process.send({ pids }));
      ${stubborn}`,
  });
  const options = JSON.stringify({ worker: 2, exec: 'worker.mjs', ready: 'online', disconnectTimeout: 500 });
  const program = master(folder, `can.scale = proteus.scale; run(${options});`);
  const told = await program.events(has('pids'), 2);
  const below = (slot: number) => {
    const { pids } = Object.assign({ pids: [0] }, told.find(({ worker }) => worker?.slot === slot)?.message);
    return pids;
  };
  await program.call('scale', 1);
  expect((await program.event('kill')).worker?.slot).toBe(2);
  expect(await program.event('exit')).toMatchObject({ signal: 'SIGKILL', worker: { slot: 2 } });
  await gone(...below(2));
  expect(below(1).map(isAlive)).toEqual([true, true]);
  program.signal('SIGQUIT');
  await gone(...below(1));
});

/** Resolves when the file is there. */
const appears = async (folder: string, name: string): Promise<void> => {
  const watcher = watch(folder);
  onTestFinished(() => watcher.close());
  while (!existsSync(join(folder, name))) {
    // oxlint-disable-next-line no-await-in-loop
    await once(watcher, 'change');
  }
};

/** A message that holds the key. */
const has = (key: string) => (told: { message?: unknown }) =>
  typeof told.message === 'object' && told.message !== null && key in told.message;

test('what a worker starts is left alone: signals and errors there are as Node has them', async () => {
  const folder = fresh({
    'child.mjs': `
      const { listenerCount } = process;
      const names = ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTERM', 'uncaughtExceptionMonitor'];
      process.send({ counts: names.map((name) => process.listenerCount(name)), pid: process.pid });
      setInterval(() => {}, 1_000);`,
    'worker.mjs': `
      import { fork } from 'node:child_process';
      import { Worker } from 'node:worker_threads';
      const child = fork('child.mjs');
      child.on('message', (message) => process.send(message));
      child.on('exit', (code, signal) => process.send({ code, signal }));
      new Worker('setTimeout(() => {}, 10)', { eval: true }).on('exit', (code) => process.send({ thread: code }));`,
  });
  const program = master(folder, { worker: 1, exec: 'worker.mjs' });
  const { message } = await program.event(has('counts'));
  expect(message).toMatchObject({ counts: [0, 0, 0, 0, 0] });
  expect((await program.event(has('thread'))).message).toEqual({ thread: 0 });
  const { pid } = Object.assign({ pid: 0 }, message);
  process.kill(pid, 'SIGINT');
  expect((await program.event(has('signal'))).message).toEqual({ code: null, signal: 'SIGINT' });
});

test('the preload does nothing in a process that is no worker', async () => {
  const preload = new URL('../../dist/preload.cjs', import.meta.url).pathname;
  const folder = fresh({ 'plain.cjs': `process.send(process.listenerCount('SIGINT'));` });
  const child = fork('plain.cjs', { cwd: folder, execArgv: ['--require', preload] });
  expect(await new Promise((resolve) => child.once('message', resolve))).toBe(0);
});
