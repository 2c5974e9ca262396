import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Told, workers, write } from './harness.js';

/** Answers with a word. */
const says = (word: string) => `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end('${word}')).listen(0, '127.0.0.1');`;

/** A cluster whose workers are replaced when a file in `src` is saved. */
const developing = (config: object = {}) => {
  const conf = { worker: 1, exec: 'src/worker.mjs', maxSurge: 0, ...config };
  return `
    import { tap } from 'rxjs';
    import { changes$ } from 'proteus-cluster/development';
    run(${JSON.stringify(conf)});
    changes$('src', { debounce: 50, watching: () => tell({ type: 'watching' }) })
      .pipe(tap((value) => tell({ type: 'changed', value })))
      .subscribe(proteus.restart$);`;
};

const changed =
  (...paths: readonly string[]) =>
  ({ type, value }: Told) =>
    type === 'changed' && paths.every((path) => Array.isArray(value) && value.includes(path));

test('a save restarts the workers, and Ctrl-C ends the master though it watches', async () => {
  const folder = fresh({ 'src/worker.mjs': says('old') });
  const running = master(folder, developing());
  await running.event('watching');
  await running.event('started');
  expect(await get(portOf(await running.event('listening')))).toBe('old');
  const from = running.told.length;
  write(folder, { 'src/worker.mjs': says('new') });
  await running.event(changed(join(folder, 'src/worker.mjs')));
  expect(await running.event('restart-end')).toMatchObject({ result: { outcome: 'done', replaced: [1] } });
  expect(await get(portOf(await running.event('listening', from)))).toBe('new');
  running.signal('SIGINT');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});

test('an editor that saves by renaming is seen each time', async () => {
  const folder = fresh({ 'src/worker.mjs': says('0') });
  const running = master(folder, developing());
  await running.event('watching');
  await running.event('started');
  for (const word of ['1', '2', '3']) {
    const from = running.told.length;
    write(folder, { 'worker.tmp': says(word) });
    renameSync(join(folder, 'worker.tmp'), join(folder, 'src/worker.mjs'));
    // oxlint-disable-next-line no-await-in-loop
    await running.event('restart-end', from);
    // oxlint-disable-next-line no-await-in-loop
    expect(await get(portOf(await running.event('listening', from)))).toBe(word);
  }
});

test('a new file in a new folder is a change, a hidden one and one of node_modules is not', async () => {
  const folder = fresh({ 'src/worker.mjs': workers.http, 'src/lib/a.js': '', 'src/.git/HEAD': '' });
  write(folder, { 'src/node_modules/dep/index.js': '' });
  const running = master(folder, developing());
  await running.event('watching');
  write(folder, { 'src/node_modules/dep/index.js': '1', 'src/.git/HEAD': '1', 'src/.env': '1' });
  write(folder, { 'src/lib/deep/new.js': '1' });
  await running.event(changed(join(folder, 'src/lib/deep/new.js')));
  write(folder, { 'src/lib/a.js': '1' });
  await running.event(changed(join(folder, 'src/lib/a.js')));
  const all = running.past('changed').flatMap(({ value }) => value);
  expect(new Set(all)).toEqual(new Set([join(folder, 'src/lib/deep/new.js'), join(folder, 'src/lib/a.js')]));
});

test('a folder that is removed and made again is watched as before', async () => {
  const folder = fresh({ 'src/worker.mjs': workers.http, 'lib/a.js': '' });
  const running = master(
    folder,
    `import { changes$ } from 'proteus-cluster/development';
     run({ worker: 1, exec: 'src/worker.mjs' });
     changes$('lib', { debounce: 50, watching: () => tell({ type: 'watching' }) })
       .subscribe((value) => tell({ type: 'changed', value }));`,
  );
  await running.event('watching');
  rmSync(join(folder, 'lib'), { recursive: true });
  await running.event(changed(join(folder, 'lib/a.js')));
  for (const name of ['b', 'c']) {
    write(folder, { [`lib/${name}.js`]: '1' });
    // oxlint-disable-next-line no-await-in-loop
    await running.event(changed(join(folder, `lib/${name}.js`)));
  }
  expect(running.past('failed')).toEqual([]);
});

test('an error is shown with its message, and the next save replaces the worker at once', async () => {
  const folder = fresh({ 'src/worker.mjs': says('old') });
  // By itself the slot would be filled again in an hour.
  const running = master(folder, developing({ backoff: { initial: 3_600_000, max: 3_600_000 } }));
  await running.event('watching');
  await running.event('started');
  write(folder, { 'src/worker.mjs': 'const x = ;' });
  expect((await running.event('restart-abort')).result).toMatchObject({
    outcome: 'aborted',
    cause: { why: expect.stringContaining(`SyntaxError: Unexpected token ';'`) },
  });
  await running.event('backoff');
  const from = running.told.length;
  write(folder, { 'src/worker.mjs': says('mended') });
  expect((await running.event('restart-end', from)).result).toMatchObject({ outcome: 'done', replaced: [1] });
  expect(await get(portOf(await running.event('listening', from)))).toBe('mended');
});

const alone = (paths: string, rest: string) => `
  import { changes$ } from 'proteus-cluster/development';
  const watching = () => tell({ type: 'watching' });
  ${rest.replace('CHANGES', `changes$(${paths}, { watching })`)}`;

test.each([
  ['before it watches', 'CHANGES.subscribe().unsubscribe();'],
  ['while it watches', `const s = CHANGES.subscribe(); can.stop = () => { s.unsubscribe(); };`],
])('unsubscribing %s leaves no watcher behind: the process ends', async (when, script) => {
  const running = master(fresh({ 'src/a.js': '', 'src/lib/b.js': '' }), alone(`'src'`, script));
  if (when === 'while it watches') {
    await running.event('watching');
    await running.call('stop');
  }
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});

test('a path that is not there is one error that names it, and nothing is watched', async () => {
  const folder = fresh({ 'src/a.js': '' });
  const running = master(
    folder,
    alone(`['src', 'scr']`, `CHANGES.subscribe({ error: (error) => tell({ type: 'failed', error }) });`),
  );
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.told).toMatchObject([
    {
      type: 'failed',
      error: {
        name: 'ConfigError',
        option: 'paths',
        message: `paths: expected files or folders that exist, got ${folder}/scr. Relative paths start at ${folder}`,
      },
    },
  ]);
});

test('what the callback throws is an error of the stream, and nothing is watched any more', async () => {
  const running = master(
    fresh({ 'src/a.js': '' }),
    `import { changes$ } from 'proteus-cluster/development';
     changes$('src', { watching: () => { throw new Error('no'); } })
       .subscribe({ error: (error) => tell({ type: 'failed', error }) });`,
  );
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.told).toMatchObject([{ type: 'failed', error: { message: 'no' } }]);
});

/**
 * A port that is free, and with it so many after it; of those that the system gives to nobody who asks for any
 * (32768 and more on Linux, 49152 and more on macOS), so that they stay free.
 */
const freePorts = async (count: number): Promise<number> => {
  const first = randomInt(10_000, 30_000);
  const servers = Array.from({ length: count + 1 }, () => createServer());
  try {
    const listening = servers.map(async (server, index) => {
      server.listen(first + index, '127.0.0.1');
      await once(server, 'listening');
    });
    await Promise.all(listening);
    return first;
  } catch {
    return await freePorts(count);
  } finally {
    for (const server of servers) server.close();
  }
};

/** Sends the port of its inspector. */
const inspected = `${workers.http}
  import { url } from 'node:inspector';
  process.send({ inspector: url() === undefined ? 'none' : Number(new URL(url()).port) });`;

const inspector =
  (slot: number, generation: number) =>
  ({ type, worker }: Told) =>
    type === 'message' && worker?.slot === slot && worker.generation === generation;

test.each([
  ['its arguments', (base: number) => ({ execArgv: [`--inspect=127.0.0.1:${base}`], env: {} })],
  ['NODE_OPTIONS', (base: number) => ({ execArgv: [], env: { NODE_OPTIONS: `--inspect=127.0.0.1:${base}` } })],
])('by %s each slot has a port for the inspector, and keeps it', async (_, how) => {
  const base = await freePorts(2);
  const { execArgv, env } = how(base);
  const options = { worker: 2, exec: 'worker.mjs', execArgv, maxSurge: 0 };
  const running = master(fresh({ 'worker.mjs': inspected }), options, { env });
  await running.event('started');
  expect(await running.event(inspector(1, 1))).toMatchObject({ message: { inspector: base + 1 } });
  const second = await running.event(inspector(2, 1));
  expect(second).toMatchObject({ message: { inspector: base + 2 } });
  process.kill(pidOf(second), 'SIGKILL');
  expect(await running.event(inspector(2, 2))).toMatchObject({ message: { inspector: base + 2 } });
  await running.event((told) => told.type === 'ready' && told.worker?.generation === 2);
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect(await running.event(inspector(1, 2))).toMatchObject({ message: { inspector: base + 1 } });
  expect(await running.event(inspector(2, 3))).toMatchObject({ message: { inspector: base + 2 } });
});

test('where old and new overlap in a restart the new one serves without an inspector', async () => {
  const base = await freePorts(1);
  const options = { worker: 1, exec: 'worker.mjs', execArgv: [`--inspect=${base}`], maxSurge: 1 };
  const running = master(fresh({ 'worker.mjs': inspected }), options);
  await running.event('started');
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done', replaced: [1] });
  expect(await running.event(inspector(1, 2))).toMatchObject({ message: { inspector: 'none' } });
  expect(running.output).toMatch(/Starting inspector on .* failed: address already in use/);
});
