import { describe, expect, test } from 'vitest';
import { fresh, gone, master, pidOf, type Program, type Told, workers } from '../../process/harness.js';

/** What `hung` has in addition. */
interface Hung extends Told {
  readonly silent?: number;
  readonly cpu?: number;
  readonly stack?: string;
}

/** Serves, and hangs when it is told to. It says `done` when it goes on. `gc`: one long garbage collection after the other. */
const obedient = `${workers.http}
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  const hangs = {
    loop: (ms) => { for (const end = Date.now() + ms; Date.now() < end;); },
    blocked: (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
    gc: (ms) => {
      setFlagsFromString('--expose-gc');
      const gc = runInNewContext('gc');
      const heap = Array.from({ length: 300_000 }, (_, index) => ({ index }));
      for (const end = Date.now() + ms; Date.now() < end;) gc();
      return heap.length;
    },
  };
  function handler({ how, ms }) { hangs[how](ms); }
  process.on('message', (message) => {
    handler(message);
    process.send('done');
  });`;

/** Says how many heartbeats it has been asked for. The next one comes only when the last has been answered. */
const counting = `
  let pings = 0;
  process.on('internalMessage', ({ body }) => {
    if (body?.ping) process.send({ pings: ++pings });
  });`;

const pinged = ({ message }: Told): boolean => typeof message === 'object' && message !== null && 'pings' in message;

const health = { interval: 100, timeout: 1_000 };

const running = (worker: string, more: object): Program =>
  master(fresh({ 'worker.mjs': worker }), {
    worker: 2,
    exec: 'worker.mjs',
    health,
    backoff: { initial: 10, jitter: 0 },
    ...more,
  });

const started = async (more: object = {}, worker = obedient): Promise<Program> => {
  const program = running(worker, more);
  await program.event('started');
  return program;
};

const first = async (program: Program) =>
  pidOf(await program.event(({ type, worker }) => type === 'ready' && worker?.slot === 1));

/** Tells a worker to hang. */
const hang = (program: Program, pid: number, how: string, ms = 60_000) => {
  const worker = program.past('fork').find((told) => told.worker?.pid === pid)?.worker;
  return program.call('send', { how, ms }, worker);
};

/** What happens to a worker, from when it is reported. */
const story = (program: Program, pid: number) => {
  const all = program.told.filter(({ type, worker }) => worker?.pid === pid && type !== 'disconnect');
  return all
    .slice(all.findIndex(({ type }) => type === 'hung'))
    .map(({ type, signal }) => (typeof signal === 'string' ? `${type} ${signal}` : type));
};

test.each([
  ['that loops', 'loop', 'loop'],
  ['that waits synchronously', 'blocked', 'blocked'],
  ['in long garbage collections', 'gc', 'loop'],
])('a worker %s is replaced before it is ended', async (_, how, why) => {
  const program = await started();
  const pid = await first(program);
  await hang(program, pid, how);
  const hung: Hung = await program.event('hung');
  expect(hung).toMatchObject({ why, worker: { pid } });
  expect(hung.silent).toBeGreaterThanOrEqual(health.timeout);
  expect((hung.cpu ?? 0) > 0.1).toBe(why === 'loop');
  await program.event('restart-end');
  expect(story(program, pid)).toEqual(['hung', 'restart', 'retire', 'kill SIGABRT', 'exit SIGABRT']);
  const order = program.told.map(({ type, worker }) => `${type} ${worker?.slot}`);
  expect(order.indexOf('replace-end 1')).toBeLessThan(order.indexOf('kill 1'));
  const exit = await program.event(({ type, worker }) => type === 'exit' && worker?.pid === pid);
  expect(exit).toMatchObject({ requested: true, cause: { name: 'HangError' } });
});

test('a worker that is stopped is replaced, and ended by the only signal that it acts on', async () => {
  const program = await started();
  const pid = await first(program);
  process.kill(pid, 'SIGSTOP');
  expect(await program.event('hung')).toMatchObject({ why: 'stopped', worker: { pid } });
  await program.event('restart-end');
  expect(story(program, pid)).toEqual(['hung', 'restart', 'retire', 'kill SIGABRT', 'kill SIGKILL', 'exit SIGKILL']);
});

test('workers that hang at the same time are replaced one after the other', async () => {
  const program = await started({ worker: 3 });
  const pids = (await program.events('ready', 3)).map(pidOf);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await program.events('restart-end', 3);
  const rolls = program.past(({ type }) => type.startsWith('restart-'));
  expect(rolls.map(({ type, slots }) => [type, slots?.length])).toEqual(
    Array.from({ length: 3 }, () => [
      ['restart-begin', 1],
      ['restart-end', undefined],
    ]).flat(),
  );
  expect(new Set(program.past('exit').map(pidOf))).toEqual(new Set(pids));
});

test('a worker that hangs takes the processes with it that it has started', async () => {
  const program = await started(
    {},
    `${obedient}
    import { spawn } from 'node:child_process';
    process.send({ child: spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).pid });`,
  );
  const pid = await first(program);
  const { message } = await program.event(({ type, worker }) => type === 'message' && worker?.pid === pid);
  await hang(program, pid, 'loop');
  await program.event('exit');
  expect(story(program, pid)).toContain('kill SIGABRT');
  await gone(Number(typeof message === 'object' && message !== null && 'child' in message && message.child));
});

describe('a boot', () => {
  test('that blocks the event loop is reported as such, and the worker ended and respawned', async () => {
    const program = running(
      `import { existsSync, writeFileSync } from 'node:fs';
      if (!existsSync('booted')) {
        writeFileSync('booted', '');
        for (;;);
      }
      ${workers.http}`,
      { worker: 1, readyTimeout: 500 },
    );
    const hung = await program.event('hung');
    expect(hung).toMatchObject({ why: 'boot' });
    await program.event('ready');
    expect(story(program, pidOf(hung))).toEqual(['hung', 'kill SIGABRT', 'exit SIGABRT', 'departure', 'backoff']);
    expect(program.past('exit')).toMatchObject([{ reason: 'crash', cause: { name: 'HangError' } }]);
  });

  test('that takes longer than the timeout without blocking the event loop is no hang', async () => {
    const program = running(
      `${counting}
      while (pings < 10) await new Promise((resolve) => setTimeout(resolve, 10));
      ${workers.http}`,
      { worker: 1, health: { interval: 100, timeout: 300 }, readyTimeout: 300 },
    );
    await program.event('started');
    expect(program.past('overdue')).toHaveLength(1);
    expect(program.past('hung')).toEqual([]);
  });

  test('that blocks the event loop for less than readyTimeout is no hang', async () => {
    const program = running(
      `import { createServer } from 'node:http';
      for (const end = Date.now() + 1_000; Date.now() < end;);
      ${counting}
      ${workers.http.replace("import { createServer } from 'node:http';", '')}`,
      { worker: 1, health: { interval: 50, timeout: 200 }, readyTimeout: 20_000 },
    );
    await program.events(pinged, 3);
    expect(program.past('hung')).toEqual([]);
  });
});

test('a master that was itself stopped for longer than the timeout replaces nobody', async () => {
  const program = await started(
    { health: { interval: 100, timeout: 300 } },
    `${counting}${workers.http}
    // It stops the master, and lets it go on after a second.
    process.on('message', () => {
      process.kill(process.ppid, 'SIGSTOP');
      setTimeout(() => {
        process.kill(process.ppid, 'SIGCONT');
        process.send('goes on');
      }, 1_000);
    });`,
  );
  const pid = await first(program);
  await program.events(pinged, 4);
  const [worker] = program.past('fork').flatMap((told) => (told.worker?.pid === pid ? [told.worker] : []));
  await program.call('send', 'stop', worker);
  await program.event(({ message }) => message === 'goes on');
  const from = program.told.length;
  const ofSlot = (slot: number) => program.events((told) => pinged(told) && told.worker?.slot === slot, 8, from);
  await Promise.all([ofSlot(1), ofSlot(2)]);
  expect(program.past('hung')).toEqual([]);
});

test('a worker that is busy is reported and stays, and is reported when it answers in time again', async () => {
  const program = await started(
    { worker: 1, health: { interval: 100, timeout: 5_000 } },
    `${workers.http}
    const spin = (ms) => { for (const end = Date.now() + ms; Date.now() < end;); };
    const work = setInterval(() => spin(300), 1);
    process.on('message', () => clearInterval(work));`,
  );
  const overloaded = await program.event('overloaded');
  await program.call('send', 'rest', overloaded.worker);
  expect(await program.event('recovered')).toMatchObject({ from: 'overloaded', worker: overloaded.worker });
  expect(program.past(({ type }) => type === 'hung' || type === 'restart' || type === 'exit')).toEqual([]);
});

describe('the stack', () => {
  test('of a worker that hangs is in the event and in the log', async () => {
    const program = await started({ health: { ...health, stack: true }, log: {} });
    const pid = await first(program);
    await hang(program, pid, 'loop');
    const hung: Hung = await program.event('hung');
    const [inner = '', outer = ''] = hung.stack?.split('\n') ?? [];
    expect(inner).toMatch(/^loop \(\S+worker\.mjs:\d+:\d+\)$/);
    expect(outer).toMatch(/^handler \(/);
    await program.printed(/hangs: no answer for .*\\n {4}at loop \(/);
    const exit = await program.event(({ type, worker }) => type === 'exit' && worker?.pid === pid);
    expect(exit).toMatchObject({ cause: { stack: hung.stack } });
  });

  test('is read through an inspector that a worker which goes on closes again', async () => {
    const program = await started(
      // The worker goes on before its replacement is available.
      { worker: 1, minReadyTime: 60_000, health: { interval: 200, timeout: 1_000, stack: true } },
      `${workers.http}
      import { url } from 'node:inspector';
      process.on('message', () => {
        for (const end = Date.now() + 4_000; Date.now() < end;);
        const was = url();
        const look = () => (url() === undefined ? process.send({ was }) : setImmediate(look));
        look();
      });`,
    );
    const pid = await first(program);
    await hang(program, pid, 'loop');
    const hung: Hung = await program.event('hung');
    expect(hung.stack).toBeDefined();
    const { message } = await program.event('message');
    expect(message).toEqual({ was: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:/) });
  });
});

test.each([
  ['a debugger is expected', { execArgv: ['--inspect=0'] }],
  ['the option is false', { health: false }],
])('nobody is watched where %s', async (_, more) => {
  const program = await started({ worker: 1, health: { interval: 20, timeout: 100 }, ...more });
  const pid = await first(program);
  await hang(program, pid, 'loop', 600);
  await program.event((told) => told.type === 'message' && told.message === 'done');
  expect(program.past(({ type }) => type === 'hung' || type === 'recovered')).toEqual([]);
});
