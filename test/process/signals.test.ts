import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Told, workers, write } from './harness.js';

/** A master whose workers all serve. */
const serving = async (source: string, options: object = {}) => {
  const folder = fresh({ 'worker.mjs': source });
  const program = master(folder, { worker: 2, exec: 'worker.mjs', ...options });
  await program.event('started');
  return { folder, program, port: portOf(await program.event('listening')) };
};

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s shuts down: every worker leaves, the pid file is removed, the code is 0',
  async (name) => {
    const { folder, program } = await serving(workers.http);
    expect(existsSync(join(folder, 'master.pid'))).toBe(true);
    program.signal(name);
    expect(await program.ended()).toEqual({ code: 0, signal: null });
    expect(program.past('signal')).toMatchObject([{ signal: name, action: 'shutdown' }]);
    expect(program.past('exit')).toMatchObject([
      { requested: true, reason: 'requested', code: 0, signal: null },
      { requested: true, reason: 'requested', code: 0, signal: null },
    ]);
    expect(program.past('kill')).toEqual([]);
    expect(program.told.slice(-2)).toMatchObject([{ type: 'end', why: name }, { type: 'completed' }]);
    expect(existsSync(join(folder, 'master.pid'))).toBe(false);
  },
);

test('a worker that never listens and ignores that its channel closes gets SIGTERM well before SIGKILL', async () => {
  const folder = fresh({
    'worker.mjs': `
      process.on('SIGTERM', () => console.log('its own handler'));
      setInterval(() => {}, 1_000);
      process.send('ready');`,
  });
  const options = { worker: 1, exec: 'worker.mjs', ready: 'message', preload: false, disconnectTimeout: 600 };
  const program = master(folder, options);
  await program.event('started');
  const from = program.told.length;
  program.signal('SIGTERM');
  await program.ended();
  const told = program.told.slice(from);
  expect(told.filter(({ type }) => type === 'kill')).toMatchObject([
    { signal: 'SIGTERM', why: 'still there 300 ms after it was asked to leave', remaining: 300 },
    { signal: 'SIGKILL' },
  ]);
  expect(program.output).toBe('its own handler\n');
});

test('a worker that is asked to leave while it boots gets SIGTERM at once, and SIGKILL after 5 s and not 120', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { writeSync } from 'node:fs';
      process.on('SIGTERM', () => writeSync(1, 'its own handler\\n'));
      setInterval(() => {}, 1_000);
      process.send('booting');`,
  });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', ready: 'message' });
  await program.event('message');
  program.signal('SIGTERM');
  const asked = await program.event('retire');
  await program.ended();
  const [term, kill] = program.past('kill');
  expect(term).toMatchObject({ signal: 'SIGTERM', why: 'it was never ready', remaining: 5_000 });
  expect(kill).toMatchObject({ signal: 'SIGKILL' });
  expect((term?.time ?? 0) - (asked.time ?? 0)).toBeLessThan(2_500);
  expect((kill?.time ?? 0) - (asked.time ?? 0)).toBeLessThan(60_000);
  expect(program.output).toBe('its own handler\n');
});

test('SIGQUIT kills at once, also workers that would never go', async () => {
  const { folder, program } = await serving(workers.stubborn);
  program.signal('SIGQUIT');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(program.past('retire')).toEqual([]);
  expect(program.past('exit')).toMatchObject([
    { signal: 'SIGKILL', requested: true },
    { signal: 'SIGKILL', requested: true },
  ]);
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('forceShutdown() kills at once, also during a shutdown that hangs', async () => {
  const { program } = await serving(workers.stubborn);
  const slow = program.call('shutdown');
  await program.events('retire', 2);
  const fast = program.call('forceShutdown');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(program.past('exit')).toMatchObject([{ signal: 'SIGKILL' }, { signal: 'SIGKILL' }]);
  expect([(await slow).error, (await fast).error]).toEqual([undefined, undefined]);
});

test('shutdown() resolves when the last worker has left, and the pid file and the signal handlers with it', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const program = master(
    folder,
    `import { existsSync } from 'node:fs';
     can.stop = async () => {
       await proteus.shutdown();
       return [existsSync('master.pid'), ...['SIGTERM', 'SIGINT', 'SIGUSR2', 'SIGHUP'].map((name) => process.listenerCount(name))];
     };
     run({ worker: 2, exec: 'worker.mjs' });`,
  );
  await program.event('started');
  const { result } = await program.call('stop');
  expect(result).toEqual([false, 0, 0, 0, 0]);
  expect(program.told.findIndex(({ type }) => type === 'reply')).toBeGreaterThan(
    program.told.findIndex(({ type }) => type === 'end'),
  );
  expect(await program.ended()).toEqual({ code: 0, signal: null });
});

test('the second SIGINT is the first one again until half a second has passed; then it forces', async () => {
  const { program } = await serving(workers.stubborn);
  const presses: Told[] = [];
  while (presses.at(-1)?.action !== 'force') {
    program.signal('SIGINT');
    // oxlint-disable-next-line no-await-in-loop
    presses.push(await program.event('signal', program.told.length));
  }
  const [first, last] = [presses[0]?.time ?? 0, presses.at(-1)?.time ?? 0];
  // An event gets its time a moment after the signal is taken for what it means.
  expect(last - first).toBeGreaterThanOrEqual(480);
  expect(new Set(presses.slice(0, -1).map(({ action }) => action))).toEqual(new Set(['shutdown']));
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(program.past('shutdown')).toMatchObject([{ why: 'SIGINT' }, { why: 'SIGINT, forced' }]);
});

test('a worker that stays when it is asked to leave is killed after disconnectTimeout', async () => {
  const { program } = await serving(workers.stubborn, { worker: 1, disconnectTimeout: 200 });
  program.signal('SIGTERM');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(await program.event('kill')).toMatchObject({
    signal: 'SIGKILL',
    why: 'still there 200 ms after it was asked to leave',
  });
  expect(program.past('exit')).toMatchObject([{ signal: 'SIGKILL', requested: true }]);
});

test('a worker under SIGSTOP does not hold up a shutdown for longer than disconnectTimeout', async () => {
  const { program } = await serving(workers.http, { disconnectTimeout: 300 });
  const stopped = pidOf(await program.event('ready'));
  process.kill(stopped, 'SIGSTOP');
  program.signal('SIGTERM');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(
    program
      .past('kill')
      .filter(({ signal }) => signal === 'SIGKILL')
      .map(pidOf),
  ).toEqual([stopped]);
  expect(program.past('exit').filter((exit) => pidOf(exit) === stopped)).toMatchObject([
    { signal: 'SIGKILL', requested: true },
  ]);
});

test('SIGTERM to one worker: it serves until it has been replaced, then finishes its request and leaves', async () => {
  const { folder, program, port } = await serving(workers.slow, { worker: 1 });
  const answer = get(port);
  const pid = pidOf(await program.event('message'));
  process.kill(pid, 'SIGTERM');
  expect(await program.event('replace-request')).toMatchObject({ worker: { pid }, why: 'SIGTERM' });
  expect(await program.event('replace-end')).toMatchObject({ worker: { slot: 1, generation: 2 } });
  expect(await program.event('retire')).toMatchObject({ worker: { pid }, why: 'replaced by worker 2' });
  write(folder, { go: '' });
  expect(await answer).toBe(String(pid));
  expect(await program.event('exit')).toMatchObject({
    worker: { pid },
    code: 0,
    signal: null,
    requested: true,
    reason: 'requested',
  });
  expect(program.past('fork')).toHaveLength(2);
  expect(program.past('backoff')).toEqual([]);
  expect(program.past('error')).toEqual([]);
});

test('a worker that disconnects itself is replaced at once, and has disconnectTimeout to finish', async () => {
  const { program } = await serving(
    `import cluster from 'node:cluster';
     ${workers.stubborn}
     process.on('message', () => cluster.worker.disconnect());`,
    { worker: 1, disconnectTimeout: 2_000, minUptime: 0 },
  );
  await program.call('send', 'go');
  expect(await program.event('leaving')).toMatchObject({ why: 'disconnected', worker: { generation: 1 } });
  expect(await program.event('kill')).toMatchObject({ worker: { generation: 1 } });
  expect(await program.event('exit')).toMatchObject({ reason: 'left', requested: false, signal: 'SIGKILL' });
  const order = program.told.filter(({ type }) => ['leaving', 'backoff', 'fork', 'kill', 'exit'].includes(type));
  expect(order.map(({ type }) => type)).toEqual(['fork', 'leaving', 'backoff', 'fork', 'kill', 'exit']);
});

test('SIGINT, SIGHUP and SIGQUIT to a worker do nothing', async () => {
  const { program, port } = await serving(workers.http, { worker: 1 });
  const pid = pidOf(await program.event('ready'));
  for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
    process.kill(pid, name);
    // oxlint-disable-next-line no-await-in-loop
    expect(await get(port)).toBe(String(pid));
  }
  // The last word: what it leaves for is not one of them.
  process.kill(pid, 'SIGTERM');
  expect(await program.event('exit')).toMatchObject({ worker: { pid }, code: 0, signal: null });
  expect(await program.event('replace-request')).toMatchObject({ why: 'SIGTERM' });
});

test("a worker's own signal handlers still run", async () => {
  const { program } = await serving(
    `${workers.http}
     for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTERM']) process.on(name, () => process.send(name));`,
    { worker: 1 },
  );
  const pid = pidOf(await program.event('ready'));
  for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTERM'] as const) {
    process.kill(pid, name);
    // oxlint-disable-next-line no-await-in-loop
    await program.event((told) => told.type === 'message' && told.message === name);
  }
  expect(await program.event('exit')).toMatchObject({ worker: { pid }, reason: 'requested', code: 0 });
});

test('SIGTERM to the whole group: all leave, none is replaced, nothing goes wrong', async () => {
  // Without a delay before the respawn, the worst case: the worker that first reports that it leaves would be replaced at once.
  const { folder, program } = await serving(workers.http, { worker: 4, minUptime: 0 });
  program.signalGroup('SIGTERM');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(program.past('fork')).toHaveLength(4);
  expect(program.past('error')).toEqual([]);
  expect(program.past('exit')).toHaveLength(4);
  for (const exit of program.past('exit')) expect(exit).toMatchObject({ requested: true, code: 0, signal: null });
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('SIGTERM to the whole group that reaches the master last: none is replaced', async () => {
  const program = master(
    fresh({ 'worker.mjs': `${workers.http} process.on('SIGTERM', () => process.send('SIGTERM'));` }),
    `let heard = 0;
     proteus.messages$.subscribe(() => { heard += 1; if (heard === 2) process.kill(process.pid, 'SIGTERM'); });
     run({ worker: 2, exec: 'worker.mjs', minUptime: 0 });`,
  );
  await program.event('started');
  for (const fork of program.past('fork')) process.kill(pidOf(fork), 'SIGTERM');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(program.past('fork')).toHaveLength(2);
  expect(program.past('exit')).toMatchObject([
    { requested: true, code: 0 },
    { requested: true, code: 0 },
  ]);
  expect(program.past('error')).toEqual([]);
});

test('without a terminal SIGHUP only reopens the log files', async () => {
  const { program, port } = await serving(workers.http, { worker: 1 });
  program.signal('SIGHUP');
  expect(await program.event('signal')).toMatchObject({ signal: 'SIGHUP', action: 'reopen' });
  expect(await get(port)).toBe(String(pidOf(await program.event('ready'))));
  program.signal('SIGTERM');
  await program.ended();
  expect(program.past('retire')).toHaveLength(1);
});

test('a signal can be left alone, and be given to restart$ by a flow of the user', async () => {
  const program = master(
    fresh({ 'worker.mjs': workers.http }),
    `run({ worker: 1, exec: 'worker.mjs', signals: { SIGUSR2: false } });
     proteus.signal$('SIGUSR2').subscribe(proteus.restart$);
     can.handlers = () => process.listenerCount('SIGUSR2');`,
  );
  await program.event('started');
  expect((await program.call('handlers')).result).toBe(1);
  program.signal('SIGUSR2');
  expect(await program.event('restart')).toMatchObject({ why: 'restart$' });
  expect(await program.event('restart-end')).toMatchObject({ result: { outcome: 'done' } });
  expect(program.past('signal')).toEqual([]);
});

test('after a signal the log names what keeps the process when its clusters have ended', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const program = master(
    folder,
    `setInterval(() => {}, 1_000);
     run({ worker: 1, exec: 'worker.mjs', log: { file: 'all.log' } });
     import { readFileSync, watch } from 'node:fs';
     watch('all.log', { persistent: false }, () => {
       const line = readFileSync('all.log', 'utf8').split('\\n').find((text) => text.includes('all clusters ended'));
       if (line) tell({ type: 'hint', value: line });
     });`,
  );
  await program.event('started');
  program.signal('SIGTERM');
  const hint = await program.event('hint');
  expect(hint.value).toMatch(
    /^\{"level":40,.*"msg":"all clusters ended 3000 ms ago, but the application keeps this process alive with: .*1 Timeout.* \(Node's resource names\)\. Close these when cluster\$ completes, or call process\.exit\(\)"\}$/,
  );
});

test('where nothing keeps the process it ends without waiting for the hint, and shutdown() asks for none', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const program = master(
    folder,
    `run({ worker: 1, exec: 'worker.mjs', log: { file: 'all.log' } });
     can.stop = async () => {
       const { setTimeout: set } = globalThis;
       const timers = [];
       globalThis.setTimeout = (act, ms, ...rest) => { timers.push(ms); return set(act, ms, ...rest); };
       await proteus.shutdown();
       return timers.filter((ms) => ms === 3_000);
     };`,
  );
  await program.event('started');
  expect((await program.call('stop')).result).toEqual([]);
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(readFileSync(join(folder, 'all.log'), 'utf8')).not.toContain('all clusters have ended');
});
