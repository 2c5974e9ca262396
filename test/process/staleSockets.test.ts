import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, gone, imports, master, pidOf, program, write } from './harness.js';

const http = (socket: string) => `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end(String(process.pid))).listen('${socket}');`;

/** The process that answers on a unix socket. */
const ask = (folder: string, socket = 'app.sock'): Promise<string> =>
  new Promise((resolve, reject) => {
    request({ socketPath: join(folder, socket), agent: false }, (response) => {
      response.setEncoding('utf8').once('data', resolve);
    })
      .once('error', reject)
      .end();
  });

const several = { worker: 3, exec: 'worker.mjs' };

/** A folder with a socket that a killed master has left. */
const abandoned = async (): Promise<string> => {
  const folder = fresh({ 'worker.mjs': http('app.sock') });
  const killed = master(folder, several);
  await killed.event('started');
  killed.signal('SIGKILL');
  await killed.exited();
  await gone(...killed.past('fork').map(pidOf));
  expect(statSync(join(folder, 'app.sock')).isSocket()).toBe(true);
  return folder;
};

test.each([
  ['under round robin', {}, {}],
  ['where workers accept by themselves', {}, { NODE_CLUSTER_SCHED_POLICY: 'none' }],
  ['without the preload', { preload: false }, {}],
])(
  'a socket that a killed master has left is removed, once, and all workers listen there, %s',
  async (_, more, env) => {
    const folder = await abandoned();
    const next = master(folder, { ...several, ...more }, { env });
    await next.event('started');
    expect(next.past('fork').map(pidOf).map(String)).toContain(await ask(folder));
    expect(next.past('exit')).toEqual([]);
    expect(next.past('error').map(({ error }) => error?.message)).toEqual([
      `listen: ${folder}/app.sock was a socket that nobody answers on, left by a killed process. It has been removed, and the worker listens there`,
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith('app.sock'))).toEqual(['app.sock']);
    const { ino } = lstatSync(join(folder, 'app.sock'));
    expect((await next.call('restart')).result).toMatchObject({ outcome: 'done' });
    expect(lstatSync(join(folder, 'app.sock')).ino).toBe(ino);
    expect(next.past('error')).toHaveLength(1);
  },
);

test('a socket on which another process listens is left alone', async () => {
  const folder = fresh({ 'worker.mjs': http('app.sock') });
  const other = program(folder, process.execPath, [
    '-e',
    `require('node:http').createServer((request, response) => response.end('other')).listen('app.sock', () => console.log('here'));`,
  ]);
  await other.printed(/here/);
  const refused = master(folder, { worker: 1, exec: 'worker.mjs', maxForkCount: 1 });
  expect((await refused.ended()).code).toBe(1);
  expect(refused.past('failed')[0]?.error?.message).toContain('EADDRINUSE');
  expect(await ask(folder)).toBe('other');
});

test('a file in the place of a socket is left alone', async () => {
  const folder = fresh({ 'worker.mjs': http('app.sock'), 'app.sock': 'precious' });
  const refused = master(folder, { worker: 1, exec: 'worker.mjs', maxForkCount: 1 });
  expect((await refused.ended()).code).toBe(1);
  expect(refused.past('failed')[0]?.error?.message).toContain('EADDRINUSE');
  expect(readFileSync(join(folder, 'app.sock'), 'utf8')).toBe('precious');
});

test('of two clusters that find the same socket one listens there, and the other gets EADDRINUSE', async () => {
  const folder = await abandoned();
  const next = master(
    folder,
    `for (const name of ['one', 'two']) run({ worker: 2, exec: 'worker.mjs', name, maxForkCount: 2, backoff: { initial: 0 } });`,
  );
  const failed = await next.event('failed');
  expect(failed.error?.message).toContain('EADDRINUSE');
  await next.event('started');
  expect(next.past('started')).toHaveLength(1);
  const [served] = next.past('started').map(({ cluster }) => cluster);
  const pids = next
    .past('fork')
    .filter(({ cluster }) => cluster === served)
    .map(pidOf)
    .map(String);
  expect(pids).toContain(await ask(folder));
});

test('of two masters that find the same socket one listens there', async () => {
  const folder = await abandoned();
  const start = (name: string) => {
    write(folder, {
      [`${name}.mjs`]: `${imports} run({ worker: 2, exec: 'worker.mjs', pid: '${name}.pid', maxForkCount: 2, backoff: { initial: 0 } });`,
    });
    return program(folder, process.execPath, [`${name}.mjs`]);
  };
  const masters = [start('one'), start('two')];
  await Promise.all(masters.map((each) => each.event(({ type }) => type === 'started' || type === 'failed')));
  const [served, ...others] = masters.filter((each) => each.past('started').length > 0);
  expect(others).toEqual([]);
  expect(served?.past('fork').map(pidOf).map(String)).toContain(await ask(folder));
});
