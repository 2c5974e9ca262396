import { beforeEach, expect, test, vi } from 'vitest';
import { type Launch, launch, preload } from '../../src/host/launch.js';
import { ConfigError } from '../../src/vocabulary/errors.js';

const { setupPrimary, fork } = vi.hoisted(() => ({
  setupPrimary: vi.fn<(settings: object) => void>(),
  fork: vi.fn<(env: object) => void>(),
}));
vi.mock('node:cluster', () => ({ default: { setupPrimary, fork } }));

const slotRef = { cluster: 'web', slot: 2, generation: 4 };
const options: Launch = {
  exec: () => '/srv/worker.js',
  args: () => ['--port', '80'],
  execArgv: () => ['--enable-source-maps'],
  env: () => ({}),
  cwd: () => '/',
  uid: undefined,
  gid: undefined,
  serialization: 'json',
  drain: { grace: 1, cut: 2, linger: 3, webSockets: true },
  signals: ['SIGTERM', 'SIGUSR2'],
  compileCache: false,
  schedulingPolicy: undefined,
  piped: true,
  base: '/',
};

const settings = () => setupPrimary.mock.lastCall?.[0];
const environment = (): Readonly<Record<string, unknown>> => ({ ...fork.mock.lastCall?.[0] });

const inspected = (changes: Partial<Launch> = {}) => launch({ ...options, ...changes }, slotRef, {}).inspected;

beforeEach(() => {
  vi.clearAllMocks();
  vi.stubEnv('NODE_OPTIONS', '');
});

test('a worker is forked with the settings of its cluster, and the preload before its file', () => {
  launch(options, slotRef, {});
  expect(settings()).toMatchObject({
    exec: '/srv/worker.js',
    args: ['--port', '80'],
    execArgv: ['--enable-source-maps', '--require', preload],
    serialization: 'json',
    stdio: ['inherit', 'pipe', 'pipe', 'ipc'],
    cwd: '/',
  });
  expect(environment()).toMatchObject({ PROTEUS_CLUSTER_SIGNALS: 'SIGTERM,SIGUSR2', PROTEUS_CLUSTER_OUTPUT: 'pipe' });
});

test('with reusePort the preload is told so', () => {
  launch({ ...options, schedulingPolicy: 'reusePort' }, slotRef, {});
  expect(environment()).toHaveProperty('PROTEUS_CLUSTER_REUSE_PORT', '1');
  launch({ ...options, schedulingPolicy: 'none' }, slotRef, {});
  expect(environment()).not.toHaveProperty('PROTEUS_CLUSTER_REUSE_PORT');
});

test('every setting is given at each fork: node:cluster keeps what it was given before', () => {
  launch({ ...options, uid: 1, gid: 2 }, slotRef, {});
  launch(options, slotRef, {});
  expect(settings()).toHaveProperty('uid', undefined);
  expect(settings()).toHaveProperty('gid', undefined);
  expect(settings()).toHaveProperty('inspectPort', undefined);
});

test('without the preload a worker is forked plainly', () => {
  launch({ ...options, drain: undefined, piped: false }, slotRef, {});
  expect(settings()).toMatchObject({
    execArgv: ['--enable-source-maps'],
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  expect(environment()).not.toHaveProperty('PROTEUS_CLUSTER_SIGNALS');
});

test('env wins over the instance and over what the master adds, and the identity of the worker over env', () => {
  const own = { NODE_APP_INSTANCE: 'mine', EXTRA: 'mine', PROTEUS_CLUSTER_SLOT: '7', HOME: undefined };
  launch({ ...options, env: () => own }, slotRef, { EXTRA: 'added', CACHE: 'added' });
  expect(environment()).toMatchObject({
    NODE_APP_INSTANCE: 'mine',
    EXTRA: 'mine',
    CACHE: 'added',
    PROTEUS_CLUSTER_SLOT: '2',
    HOME: undefined,
  });
});

test('env is asked for each slot', () => {
  launch({ ...options, env: ({ slot }) => ({ PORT: String(3000 + slot) }) }, slotRef, {});
  expect(environment()).toMatchObject({ PORT: '3002' });
});

test('each slot has an inspector port of its own, also where NODE_OPTIONS asks for the inspector', () => {
  launch({ ...options, execArgv: () => ['--inspect=9300'] }, slotRef, {});
  expect(settings()).toMatchObject({ inspectPort: 9302 });
  vi.stubEnv('NODE_OPTIONS', '--inspect=9400');
  launch(options, slotRef, {});
  expect(settings()).toMatchObject({ inspectPort: 9402 });
});

test('a worker is inspected by its own arguments, by NODE_OPTIONS, and where its master is', () => {
  expect(inspected()).toBe(false);
  expect(inspected({ execArgv: () => ['--inspect-port=0'] })).toBe(false);
  expect(inspected({ execArgv: () => ['--inspect-brk'] })).toBe(true);
  expect(inspected({ env: () => ({ NODE_OPTIONS: '--inspect=9300' }) })).toBe(true);
  vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=100 --inspect');
  expect(inspected()).toBe(true);
  vi.stubEnv('NODE_OPTIONS', '');
  vi.spyOn(process, 'execArgv', 'get').mockReturnValue(['--inspect']);
  expect(inspected()).toBe(true);
});

test('nothing is forked in a folder that is missing', () => {
  expect(() => launch({ ...options, cwd: () => '/missing' }, slotRef, {})).toThrow(ConfigError);
  expect(fork).not.toHaveBeenCalled();
});
