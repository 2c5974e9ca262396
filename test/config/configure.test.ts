import { PassThrough } from 'node:stream';
import { EMPTY } from 'rxjs';
import { expect, test } from 'vitest';
import { configure } from '../../src/config/configure.js';
import type { Config } from '../../src/config/options.js';
import { completeFeatureOptions } from '../../src/features/fold.js';
import { ConfigError } from '../../src/vocabulary/errors.js';
import type { Environment } from '../../src/host/environment.js';
import { checkReturned } from '../../src/validation/check.js';
import { variables } from '../../src/validation/rule.js';
import { type CatchableSignal, cluster, type MessageListener, signal$ } from '../../src/index.js';

const around: Environment = {
  platform: 'linux',
  canReusePort: true,
  parallelism: 3,
  main: '/srv/shop/master.js',
  terminal: false,
  base: '/srv/shop',
  cwd: '/srv/shop',
  args: ['--verbose'],
  execArgv: [],
};

const slotRef = { cluster: 'master', slot: 1, generation: 1 };

/** What is said about options as they come from somewhere without types. */
const complaint = (options: unknown, elsewhere: Partial<Environment> = {}): string => {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    configure(options as Config, { ...around, ...elsewhere });
    return 'none';
  } catch (error) {
    return error instanceof ConfigError ? error.message : `${String(error)}: not a ConfigError`;
  }
};

test.each([
  [{ disconectTimeout: 1 }, 'disconectTimeout: is not an option. Did you mean disconnectTimeout?'],
  [{ Worker: 1 }, 'Worker: is not an option. Did you mean worker?'],
  [{ signals: [] }, "signals: expected an object such as { SIGUSR2: 'restart' }, got an array"],
  [{ backoff: [] }, 'backoff: expected an object with initial, factor, max and jitter, got an array'],
  [{ log: console }, 'log: expected a pino logger, options for one, or false for none, got an object'],
  [{ log: { file: '' } }, 'log.file: expected a path or a file: URL, got ""'],
  [
    { log: { file: 'a.log', transport: {} } },
    'log: expected file or transport, got both. A transport writes to its own files',
  ],
  [
    { log: { transport: new PassThrough() } },
    'log.transport: expected options, got a stream. Give a logger: log: pino(stream)',
  ],
  [
    { log: { transport: { target: 'a', targets: [{ target: 'b' }] } } },
    'log.transport: expected target or targets, got both. Leave one of them out',
  ],
  [
    { log: { transport: { targets: [{ target: 'b' }] }, formatters: { level: (level: string) => ({ level }) } } },
    'log.formatters.level: expected none beside log.transport.targets, got one. Use one target, or leave the formatter out',
  ],
  [{ log: { rotate: {} } }, 'log.rotate: expected log.file as well, got none. A transport rotates its own files'],
  [{ log: { file: 'a.log', rotate: { sise: 1 } } }, 'log.rotate.sise: is not an option. Did you mean log.rotate.size?'],
  [
    { log: { file: 'a.log', rotate: { size: '1T' } } },
    `log.rotate.size: expected a number of bytes, 1 or more, or a string such as '100M', got "1T"`,
  ],
  [
    { log: { file: 'a.log', rotate: { every: 'week' } } },
    `log.rotate.every: expected 'hour' or 'day', or a time in ms, 1 or more, got "week"`,
  ],
  [{ worker: 0 }, 'worker: expected a whole number from 1 to 10000, or an Observable of such numbers, got 0'],
  [{ worker: 1.5 }, 'worker: expected a whole number from 1 to 10000, or an Observable of such numbers, got 1.5'],
  [{ worker: '4' }, 'worker: expected a whole number from 1 to 10000, or an Observable of such numbers, got "4"'],
  [
    { worker: Number.NaN },
    'worker: expected a whole number from 1 to 10000, or an Observable of such numbers, got NaN',
  ],
  [{ worker: null }, 'worker: expected a whole number from 1 to 10000, or an Observable of such numbers, got null'],
  [{ disconnectTimeout: -1 }, 'disconnectTimeout: expected a time in ms, 0 or more, got -1'],
  [{ readyTimeout: '1s' }, 'readyTimeout: expected a time in ms, 0 or more, got "1s"'],
  [{ minReadyTime: Number.NaN }, 'minReadyTime: expected a time in ms, 0 or more, got NaN'],
  [{ minUptime: true }, 'minUptime: expected a time in ms, 0 or more, got true'],
  [{ maxStartAttempts: 0 }, 'maxStartAttempts: expected a whole number, 1 or more, or Infinity, got 0'],
  [
    { maxStartAttempts: 3, respawn: 'temporary' },
    "maxStartAttempts: expected this option to be left out with respawn: 'temporary', got 3. It counts the respawns of 'permanent' and 'transient'. Leave it out",
  ],
  [
    { maxStartAttempts: 3, maxForkCount: 2 },
    'maxStartAttempts: expected no more than maxForkCount, which is 2, got 3. maxForkCount counts the failed starts of all slots together and would always be reached first',
  ],
  [{ maxForkCount: 0 }, 'maxForkCount: expected a whole number, 1 or more, or Infinity, got 0'],
  [{ maxBooting: -1 }, 'maxBooting: expected a whole number, 1 or more, or Infinity, got -1'],
  [{ maxSurge: '25' }, `maxSurge: expected a whole number, 0 or more, or a share such as '25%', got "25"`],
  [
    { drain: { linger: 1 }, preload: false },
    'drain: expected this option to be left out with preload: false, because the preload carries it out. Leave out one of the two',
  ],
  [{ schedulingPolicy: 'rr' }, `schedulingPolicy: expected 'round-robin' or 'none' or 'reusePort', got "rr"`],
  [
    { schedulingPolicy: 'reusePort', preload: false },
    "schedulingPolicy: expected 'round-robin' or 'none' with preload: false, got 'reusePort', which the preload carries out. Leave out one of the two, and have the application call listen({ port, reusePort: true })",
  ],
  [
    { drain: { cut: 5_000 }, disconnectTimeout: 1_000 },
    'drain.cut: expected no more than disconnectTimeout, which is 1000, got 5000. At disconnectTimeout the worker is killed',
  ],
  [
    { drain: { cut: Infinity } },
    'drain.cut: expected no more than disconnectTimeout, which is 120000, got Infinity. At disconnectTimeout the worker is killed',
  ],
  [{ name: '' }, 'name: expected a string that is not empty, got ""'],
  [{ pid: true }, 'pid: expected a path or a file: URL, or false for none, got true'],
  [{ pid: 'a\0b' }, 'pid: expected a path or a file: URL, or false for none, got "a\\u0000b"'],
  [{ exec: 1 }, 'exec: expected a path or a file: URL, or a function that returns it, got 1'],
  [{ args: 'one two' }, 'args: expected an array of strings or numbers, or a function that returns it, got a string'],
  [{ args: ['a', {}] }, 'args[1]: expected a string or a number, got an object'],
  [{ args: [Number.NaN] }, 'args[0]: expected a string or a number, got NaN'],
  [{ execArgv: [null] }, 'execArgv[0]: expected a string or a number, got null'],
  [{ env: 'A=1' }, 'env: expected an object of strings or numbers, or a function that returns it, got a string'],
  [
    { env: { PORT: 1, DEBUG: true } },
    "env.DEBUG: expected a string or a number, got true. Write it as a string: 'true', or '1'",
  ],
  [{ env: { A: null } }, 'env.A: expected a string or a number, got null. undefined removes the variable'],
  [{ env: { SECRET: 'pass\0word' } }, 'env.SECRET: expected a string or a number, got a string with a NUL character'],
  [{ env: { 'A=B': '1' } }, 'env.A=B: expected a name without =, got "A=B"'],
  [
    { exec: new URL('https://example.com/worker.js') },
    'exec: expected a path or a file: URL, or a function that returns it, got a URL of https:',
  ],
  [
    { signals: { SIGKILL: 'restart' } },
    'signals.SIGKILL: expected a signal that can be handled; no process can handle SIGKILL. Leave it out',
  ],
  [{ uid: -1 }, 'uid: expected a whole number, 0 or more, got -1'],
  [{ serialization: 'xml' }, `serialization: expected 'json' or 'advanced', got "xml"`],
  [
    { respawn: 'always' },
    `respawn: expected 'permanent' or 'transient' or 'temporary', or policy(…), or an RxJS operator, got "always"`,
  ],
  [
    { ready: true },
    `ready: expected 'auto' or 'online' or 'listening' or 'message', or a predicate on events, got true`,
  ],
  [{ backoff: 100 }, 'backoff: expected an object with initial, factor, max and jitter, got 100'],
  [{ backoff: { jitter: 2 } }, 'backoff.jitter: expected a number from 0 to 1, got 2'],
  [{ backoff: { maximum: 2 } }, 'backoff.maximum: is not an option. There are initial, factor, max, jitter'],
  [{ signals: { SIGUSR: 'restart' } }, 'signals.SIGUSR: is not a signal. Did you mean signals.SIGUSR1?'],
  [
    { signals: { SIGUSR2: 'reload' } },
    `signals.SIGUSR2: expected 'restart' or 'shutdown' or 'force' or 'reopen' or 'scale-up' or 'scale-down', or false to leave the signal alone, got "reload"`,
  ],
  [{ log: true }, 'log: expected a pino logger, options for one, or false for none, got true'],
  ['worker.js', 'the configuration: expected an object, got "worker.js"'],
  [null, 'the configuration: expected an object, got null'],
])('%o is refused: %s', (options, message) => {
  expect(complaint(options)).toEqual(message);
});

test('the error does not contain the values of an environment', () => {
  expect(complaint({ env: { SECRET: 42, TOKEN: 'hunter2' } })).not.toMatch(/hunter2|42/);
  expect(complaint({ worker: 'x'.repeat(1_000) })).toContain('a string of 1000 characters');
});

test('what depends on where it runs', () => {
  expect(complaint({ schedulingPolicy: 'reusePort' }, { canReusePort: false })).toBe(
    "schedulingPolicy: expected 'round-robin' or 'none', got 'reusePort', which Node has on Linux since version 22.12. For many short connections use 'none'",
  );
  expect(complaint({ schedulingPolicy: 'reusePort' })).toBe('none');
  expect(complaint({}, { main: undefined })).toMatch(/^exec: expected the file that the workers run, got none/);
  expect(complaint({}, { platform: 'win32' })).toMatch(/^platform: expected Linux or macOS, got Windows/);
});

const broken = (): string => {
  throw new Error('no release');
};

test('a function for an option is called when it is needed, and what it returns is held to the same rule', () => {
  const { launch, options } = configure({ exec: () => '/srv/shop/worker.mjs', args: () => ['a'] }, around);
  expect([launch.exec(), launch.args(), options.name]).toEqual(['/srv/shop/worker.mjs', ['a'], 'worker']);

  const wrong: object = { args: () => 'a', cwd: () => undefined };
  const lazy = configure(wrong, around).launch;
  expect(lazy.args).toThrow(
    'args: expected an array of strings or numbers, or a function that returns it; the function returned a string',
  );
  expect(lazy.cwd).toThrow(
    'cwd: expected a path or a file: URL, or a function that returns it; the function returned undefined',
  );
  expect(complaint({ exec: () => 1 })).toBe(
    'exec: expected a path or a file: URL, or a function that returns it; the function returned 1',
  );
  expect(complaint({ exec: broken })).toBe('exec: the function threw: no release');
});

test('numbers are texts to a worker, and a file: URL is a path, given or returned', () => {
  const { launch, options, pid, log } = configure(
    {
      exec: new URL('file:///srv/shop/web%20site.js'),
      args: ['--port', 8080],
      execArgv: () => ['--stack-size', 2000],
      env: () => ({ PORT: 8080, HOST: 'a', NONE: undefined }),
      cwd: 'file:///srv/shop',
      pid: new URL('file:///run/shop/master.pid'),
      log: { file: new URL('file:///var/log/shop.log') },
    },
    around,
  );
  expect([launch.exec(), launch.cwd(), options.name, pid]).toEqual([
    '/srv/shop/web site.js',
    '/srv/shop',
    'web site',
    '/run/shop/master.pid',
  ]);
  expect(log).toMatchObject({ file: '/var/log/shop.log' });
  expect([launch.args(), launch.execArgv()]).toEqual([
    ['--port', '8080'],
    ['--stack-size', '2000'],
  ]);
  expect(launch.env(slotRef)).toEqual({ PORT: '8080', HOST: 'a', NONE: undefined });
  const perSlot = configure({ env: ({ slot }) => ({ PORT: 3000 + slot }) }, around).launch;
  expect(perSlot.env({ ...slotRef, slot: 2 })).toEqual({ PORT: '3002' });
  const lazy: object = { env: () => ({ DEBUG: false }) };
  expect(configure(lazy, around).launch.env).toThrow(
    "env.DEBUG: expected a string or a number; the function returned false. Write it as a string: 'false', or '0'",
  );
});

test('undefined means the default, also in nested options', () => {
  const nothing: object = {
    worker: undefined,
    pid: undefined,
    maxForkCount: undefined,
    log: undefined,
    signals: { SIGUSR2: undefined },
  };
  expect(configure(nothing, around)).toMatchObject({
    pid: '/tmp/proteus-cluster.pid',
    options: {
      worker: 3,
      name: 'master',
      disconnectTimeout: 120_000,
      signals: { SIGUSR2: 'restart' },
    },
  });
});

test('given options have their effect', () => {
  const given = {
    name: 'shop',
    worker: 7,
    disconnectTimeout: 1,
    maxForkCount: 2,
    minUptime: 3,
    backoff: { initial: 4, factor: 5, max: 6, jitter: 0.7 },
    respawn: 'transient',
    ready: 'message',
    readyTimeout: 8,
    minReadyTime: 9,
    maxSurge: 10,
    maxBooting: 11,
  } as const;
  expect(configure(given, around).options).toMatchObject(given);

  const launch = { uid: 1, gid: 2, serialization: 'advanced' } as const;
  expect(configure(launch, around).launch).toMatchObject(launch);

  const drain = { grace: 1, cut: 2, linger: 3, webSockets: false };
  expect(configure({ drain }, around).launch).toMatchObject({ drain });
});

test('without options everything has the default that the README names', () => {
  const { options, launch, pid } = configure({}, around);
  const { sizes$, ...rest } = options;
  expect(rest).toEqual({
    name: 'master',
    shutdownAfter: EMPTY,
    worker: 3,
    disconnectTimeout: 120_000,
    cut: 119_000,
    // Their defaults are those of `defaultPolicy`.
    maxForkCount: undefined,
    maxStartAttempts: undefined,
    backoff: undefined,
    minUptime: 60_000,
    respawn: 'permanent',
    ready: 'auto',
    readyTimeout: 60_000,
    minReadyTime: 1_000,
    maxSurge: '25%',
    maxBooting: Infinity,
    preload: true,
    ...completeFeatureOptions({}),
    terminal: false,
    signals: {
      SIGUSR2: 'restart',
      SIGINT: 'shutdown',
      SIGTERM: 'shutdown',
      SIGQUIT: 'force',
      SIGHUP: 'reopen',
      SIGTTIN: 'scale-up',
      SIGTTOU: 'scale-down',
    },
  });
  expect(pid).toBe('/tmp/proteus-cluster.pid');
  expect(launch).toMatchObject({ serialization: 'json', drain: { cut: 119_000, linger: 1_000, webSockets: true } });
  expect([launch.exec(), launch.args(), launch.env(slotRef), launch.cwd()]).toEqual([
    '/srv/shop/master.js',
    ['--verbose'],
    {},
    '/srv/shop',
  ]);
  const onTerminal = configure({}, { ...around, terminal: true }).options.signals;
  expect(onTerminal).toMatchObject({ SIGHUP: 'shutdown', SIGTTIN: false, SIGTTOU: false });
});

test.each(['SIGUSR3', 'SIGKILL', 'SIGSTOP', '', 5, undefined])('signal$(%j) is refused at once', (name) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => signal$(name as CatchableSignal)).toThrow(
    expect.objectContaining({
      name: 'ConfigError',
      message: expect.stringMatching(
        /^signal\$: expected the name of a signal that can be handled, such as 'SIGUSR1', got /,
      ),
    }),
  );
});

test('a listener of messages that is no function is refused at once', () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const nothing = undefined as unknown as MessageListener;
  expect(() => cluster.addMessageListener('hello', nothing)).toThrow(
    expect.objectContaining({
      name: 'ConfigError',
      message: "addMessageListener('hello'): expected a function, got undefined",
    }),
  );
});

const later = async () => {
  throw new Error('later');
};

test('a function of an option that is async is refused, and its rejection ends nothing', async () => {
  expect(() => checkReturned('env', variables, later)).toThrow(
    'env: expected a function that returns the value itself; it returned a promise',
  );
  // An unhandled rejection would be reported by then.
  await new Promise((resolve) => setImmediate(resolve));
});
