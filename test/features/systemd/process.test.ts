import { chmodSync, closeSync, openSync, readFileSync, watch } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fresh, imports, pidOf, program, type Program, workers } from '../../process/harness.js';

/** Stands in for `systemd-notify`: appends what it is told to a file, one notification a line. */
const command = '#!/bin/sh\nIFS=" "\necho "$*" >> "$(dirname "$0")/../told"\n';

interface Notified {
  readonly cluster: Program;
  /** The notifications so far. */
  readonly told: () => readonly string[];
  /** Waits for one that matches. */
  readonly notified: (pattern: RegExp) => Promise<string>;
}

const told = (folder: string): readonly string[] => {
  try {
    return readFileSync(join(folder, 'told'), 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
};

const follow = (folder: string, cluster: Program): Notified => ({
  cluster,
  told: () => told(folder),
  notified: (pattern) =>
    new Promise((resolve) => {
      const look = () => {
        const found = told(folder).find((line) => pattern.test(line));
        if (found === undefined) return;
        watcher.close();
        resolve(found);
      };
      const watcher = watch(folder, look);
      onTestFinished(() => watcher.close());
      look();
    }),
});

const files = (config: object) => ({
  'master.mjs': `${imports}\nrun(${JSON.stringify({ exec: 'worker.mjs', worker: 1, ...config })});`,
  'worker.mjs': workers.http,
});

/** A master under a service manager that has no descriptor for it. */
const byCommand = (config: object = {}, env: NodeJS.ProcessEnv = {}): Notified => {
  const folder = fresh({ ...files(config), 'bin/systemd-notify': command });
  chmodSync(join(folder, 'bin/systemd-notify'), 0o755);
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  const given = { NOTIFY_SOCKET: '/run/systemd/notify', PATH, ...env };
  return follow(folder, program(folder, process.execPath, ['master.mjs'], { env: given }));
};

/** A master whose unit has opened a descriptor for it: here it is a file. */
const byDescriptor = (config: object = {}): Notified => {
  const folder = fresh(files(config));
  const descriptor = openSync(join(folder, 'told'), 'a');
  onTestFinished(() => closeSync(descriptor));
  const script = 'LISTEN_FDS=1 LISTEN_FDNAMES=notify LISTEN_PID=$$ exec "$0" master.mjs';
  const start = { descriptors: [descriptor], env: { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '400000' } };
  return follow(folder, program(folder, 'sh', ['-c', script, process.execPath], start));
};

describe('by the command systemd-notify', () => {
  test('READY at the start, RELOADING and READY at a restart, STOPPING at the end', async () => {
    const { cluster, notified, told: all } = byCommand();
    expect(await notified(/READY=1/)).toContain('STATUS=1 worker ready');
    await cluster.call('restart');
    await notified(/RELOADING=1 MONOTONIC_USEC=\d+/);
    await notified(/^(?=.*READY=1).*STATUS=1 worker ready( |$)/);
    cluster.signal('SIGTERM');
    await notified(/STOPPING=1.*STATUS=shutting down \(SIGTERM\)/);
    await notified(/EXTEND_TIMEOUT_USEC=15000000/);
    expect(await cluster.ended()).toEqual({ code: 0, signal: null });
    expect(all().filter((line) => line.includes('READY=1')).length).toBeGreaterThanOrEqual(2);
    expect(cluster.past('error')).toEqual([]);
  });

  test('a command that fails is one error, and the cluster continues', async () => {
    const folder = fresh({ ...files({}), 'bin/systemd-notify': '#!/bin/sh\nexit 3\n' });
    chmodSync(join(folder, 'bin/systemd-notify'), 0o755);
    const env = { NOTIFY_SOCKET: '/run/systemd/notify', PATH: join(folder, 'bin'), WATCHDOG_USEC: '200000' };
    const cluster = program(folder, process.execPath, ['master.mjs'], { env });
    const { error } = await cluster.event('error');
    expect(error?.message).toMatch(/bin\/systemd-notify failed: it ended with code 3$/);
    expect((await cluster.call('restart')).result).toMatchObject({ outcome: 'done' });
    expect(cluster.past('error')).toHaveLength(1);
  });

  test('without the command one error says what to do', async () => {
    const { cluster } = byCommand({}, { PATH: '/nowhere' });
    const { error } = await cluster.event('error');
    expect(error?.message).toContain('Add OpenFile=/run/systemd/notify:notify:graceful to the unit');
    expect((await cluster.call('restart')).result).toMatchObject({ outcome: 'done' });
    expect(cluster.past('error')).toHaveLength(1);
  });

  test('with systemd: false nothing is sent', async () => {
    const { cluster, told: all } = byCommand({ systemd: false });
    await cluster.event('started');
    await cluster.call('shutdown');
    await cluster.ended();
    expect(all()).toEqual([]);
  });
});

describe('by the descriptor of the unit', () => {
  test('the same notifications, and signs of life while the loop turns', async () => {
    const { cluster, notified, told: all } = byDescriptor();
    await notified(/READY=1/);
    await notified(/WATCHDOG=1/);
    await cluster.call('restart');
    await notified(/RELOADING=1/);
    cluster.signal('SIGTERM');
    await notified(/STOPPING=1/);
    expect(await cluster.ended()).toEqual({ code: 0, signal: null });
    expect(all().join('\n')).toContain('STATUS=restart 1: 0 of 1 worker replaced');
    expect(cluster.past('error')).toEqual([]);
  });

  test('workers do not get it', async () => {
    const { cluster } = byDescriptor();
    const worker = pidOf(await cluster.event('ready'));
    const variables = readFileSync(`/proc/${worker}/environ`, 'utf8').split('\0');
    expect(variables.filter((each) => /^(NOTIFY|LISTEN|WATCHDOG)_/.test(each))).toEqual([]);
  });
});

test('two clusters of a process are one service: it is ready when both are', async () => {
  const folder = fresh({
    ...files({}),
    'bin/systemd-notify': command,
    'master.mjs': `${imports}
      run({ exec: 'worker.mjs', worker: 1, name: 'web' });
      run({ exec: 'slow.mjs', worker: 1, name: 'jobs', ready: 'message' });
    `,
    // It says when a message would reach it.
    'slow.mjs': `process.on('message', () => process.send('ready')); process.send('booted');`,
  });
  chmodSync(join(folder, 'bin/systemd-notify'), 0o755);
  const env = { NOTIFY_SOCKET: '/run/systemd/notify', PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
  const { cluster, notified, told: all } = follow(folder, program(folder, process.execPath, ['master.mjs'], { env }));
  await notified(/STATUS=web: 1 worker ready \| jobs: starting/);
  expect(all().join()).not.toContain('READY=1');
  await cluster.event(({ message }) => message === 'booted');
  await cluster.call('send', 'go', { cluster: 'jobs' });
  await notified(/^(?=.*READY=1).*STATUS=web: 1 worker ready \| jobs: 1 worker ready/);
});
