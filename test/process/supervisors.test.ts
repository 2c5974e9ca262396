import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fresh, master, program, type Told, workers } from './harness.js';

const examples = fileURLToPath(new URL('../../examples/services', import.meta.url));

const of =
  (cluster: string, type: string) =>
  (told: Told): boolean =>
    told.type === type && told.cluster === cluster;

/** Fails once, with its whole cluster, on a message. */
const failing = `
  import { createServer } from 'node:http';
  createServer(() => {}).listen(0, '127.0.0.1');
  process.on('message', () => { throw new Error('told to fail'); });
`;

const script = (call: string) => `
  const child = (name, exec) => proteus.cluster$({ name, exec, worker: 1, pid: 'master.pid', log: false, ready: 'listening', maxForkCount: 1 });
  const [a, b, c] = [child('a', 'http.mjs'), child('b', 'failing.mjs'), child('c', 'http.mjs')];
  proteus.${call}.subscribe({
    next: tell,
    error: (error) => { tell({ type: 'failed', error, cause: error.cause }); process.exitCode = 1; },
    complete: () => tell({ type: 'completed' }),
  });`;

const start = async (call: string) => {
  const folder = fresh({ 'http.mjs': workers.http, 'failing.mjs': failing });
  const running = master(folder, script(call));
  await Promise.all(['a', 'b', 'c'].map((name) => running.event(of(name, 'started'))));
  return { running, folder };
};

test('oneForAll shuts the others down, the last first, and starts all again, in order', async () => {
  const { running, folder } = await start('oneForAll(a, b, c)');
  await running.call('send', 'fail', { cluster: 'b' });
  await Promise.all(['a', 'b', 'c'].map((name) => running.events(of(name, 'started'), 2)));
  const turns = running.past(({ type, seq }) => type === 'end' || (type === 'fork' && seq === 1));
  expect(turns.map(({ type, cluster }) => `${type} ${cluster}`)).toEqual(
    'fork a, fork b, fork c, end b, end c, end a, fork a, fork b, fork c'.split(', '),
  );
  expect(running.past(of('c', 'shutdown'))).toMatchObject([
    { why: expect.stringMatching(/^oneForAll: cluster 'b' failed: gave up/) },
  ]);
  expect(running.past(of('c', 'exit'))).toMatchObject([{ code: 0, requested: true }]);
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('completed')).toHaveLength(1);
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('restForOne leaves those before it alone, and gives up with the second failure', async () => {
  const { running } = await start('restForOne(a, b, c)');
  await running.call('send', 'fail', { cluster: 'b' });
  await Promise.all(['b', 'c'].map((name) => running.events(of(name, 'started'), 2)));
  expect(running.past(of('a', 'shutdown'))).toEqual([]);
  await running.call('send', 'fail', { cluster: 'b' });
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.past('failed')).toMatchObject([
    {
      error: {
        name: 'SupervisorError',
        supervisor: 'restForOne',
        cluster: 'b',
        message: expect.stringMatching(/^restForOne gives up: cluster 'b' failed: gave up: /),
      },
      cause: { name: 'ForkLimitError' },
    },
  ]);
  expect(running.past(of('a', 'exit'))).toMatchObject([{ code: 0, requested: true }]);
});

test('shutdown() in the middle of a restart is the end of all', async () => {
  const { running } = await start('oneForAll(a, b, c)');
  await running.call('send', 'fail', { cluster: 'b' });
  await running.event(of('c', 'shutdown'));
  await running.call('shutdown');
  await running.event('completed');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('failed')).toEqual([]);
});

test('a temporary cluster completes when its worker has failed, and is not started again when others fail, as in OTP', async () => {
  const folder = fresh({ 'http.mjs': workers.http, 'failing.mjs': failing });
  const running = master(
    folder,
    `const child = (name, exec, respawn) => proteus.cluster$({ name, exec, respawn, worker: 1, pid: 'master.pid', log: false, ready: 'listening', maxForkCount: 1 });
     proteus.oneForAll(child('a', 'http.mjs', 'temporary'), child('b', 'failing.mjs'), child('c', 'failing.mjs', 'temporary')).subscribe({
       next: tell,
       complete: () => tell({ type: 'completed' }),
     });`,
  );
  await Promise.all(['a', 'b', 'c'].map((name) => running.event(of(name, 'started'))));
  await running.call('send', 'fail', { cluster: 'c' });
  expect(await running.event(of('c', 'end'))).toMatchObject({ why: 'every slot is vacant' });
  await running.call('send', 'fail', { cluster: 'b' });
  await running.events(of('b', 'started'), 2);
  expect(running.past(of('a', 'shutdown'))).toMatchObject([
    { why: expect.stringMatching(/^oneForAll: cluster 'b' failed/) },
  ]);
  running.signal('SIGTERM');
  await running.event('completed');
  expect(running.past('fork').map(({ cluster }) => cluster)).toEqual(['a', 'b', 'c', 'b']);
});

test('a child that cannot start is no case for a restart', async () => {
  const folder = fresh({ 'http.mjs': workers.http, 'failing.mjs': failing });
  const running = master(folder, script('oneForAll(a, a, c)'));
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  expect(running.past('failed')).toMatchObject([
    { error: { name: 'SupervisorError' }, cause: { name: 'AlreadyRunningError' } },
  ]);
  expect(running.past('fork').map(({ cluster }) => cluster)).toEqual(['a']);
});

test('what cannot be supervised throws at once', async () => {
  const running = master(
    fresh(),
    `const attempt = (...given) => {
       for (const name of ['oneForAll', 'restForOne']) {
         try { proteus[name](...given); tell({ type: 'wrong' }); } catch ({ name: error, message }) { tell({ type: 'threw', value: [error, message] }); }
       }
     };
     const child$ = proteus.events$;
     attempt(); attempt({ intensity: 1 }); attempt('web', child$); attempt(child$, 3); attempt({}, child$); attempt(child$, null);
     attempt(child$, { intensity: -1 }); attempt(child$, { intensity: 1.5 }); attempt(child$, { period: 0 });
     attempt(child$, { period: '1s' }); attempt([child$, child$]); attempt(child$, { intensty: 1 });`,
  );
  await running.ended();
  const expected = 'expected an Observable such as cluster$(conf) for child';
  const messages = [
    '(): expected one Observable such as cluster$(conf), or more, got none',
    '(): expected one Observable such as cluster$(conf), or more, got none',
    `(): ${expected} 1, got "web"`,
    `(): ${expected} 2, got 3`,
    `(): ${expected} 1, got an object`,
    '(): expected { intensity, period } at the end, got null',
    '().intensity: expected a whole number, 0 or more, or Infinity, got -1',
    '().intensity: expected a whole number, 0 or more, or Infinity, got 1.5',
    '().period: expected a time in ms, more than 0, got 0',
    '().period: expected a time in ms, more than 0, got "1s"',
    `(): ${expected} 1, got an array`,
  ];
  expect(running.told.slice(0, 22).map(({ value }) => value)).toEqual(
    messages.flatMap((message) => ['oneForAll', 'restForOne'].map((name) => ['ConfigError', `${name}${message}`])),
  );
  expect(running.told.slice(22)).toMatchObject([{ type: 'threw' }, { type: 'threw' }]);
  expect(running.output).toBe('');
});

test('the example: three services, the web service after the jobs, and one SIGTERM for all', async () => {
  const running = program(fresh(), process.execPath, [join(examples, 'master.js')], { env: { PORT: '0' } });
  await running.printed(/web: 2 workers are ready/);
  expect(running.output.indexOf('jobs: 2 workers are ready')).toBeLessThan(running.output.indexOf('web: worker'));
  expect(running.output).toContain('jobs: 2 workers are ready');
  await running.printed(/scheduler: 1 worker is ready/);
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toContain('all gone');
  expect(existsSync(join(examples, 'master.pid'))).toBe(false);
});
