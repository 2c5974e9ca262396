import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fresh, get, program } from './harness.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const nobody = 65_534;

/** The example as a container would run it: PID 1 of its own namespace, on a read-only root without a usable /tmp, as another user without capabilities. */
const container = `set -e
mount --make-rprivate /
mount --bind "$1" /mnt
mount -t tmpfs tmpfs /run
mkdir -m 0700 /run/app
chown ${nobody}:${nobody} /run/app
mount -t tmpfs -o ro,size=4k tmpfs /tmp
mount -o remount,ro,bind /mnt
mount -o remount,ro,bind /
cd /mnt/examples/container
exec setpriv --reuid ${nobody} --regid ${nobody} --clear-groups --no-new-privs --inh-caps=-all "$2" server.js
`;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** The pid, as this namespace knows it, of the process that is PID 1 in the other one. */
const firstChild = (pid: number): number => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());

test('as PID 1 on a read-only root, as another user and without /tmp, it serves, answers the probes and ends gracefully on SIGTERM', async () => {
  if (process.getuid?.() !== 0) throw new Error('this test sets up a container: run it as root');
  const folder = fresh({ 'container.sh': container });
  const [port, metricsPort] = [await freePort(), await freePort()];
  const unshare = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', 'bash', join(folder, 'container.sh')];
  const running = program(folder, 'unshare', [...unshare, root, process.execPath], {
    env: {
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      XDG_RUNTIME_DIR: '/run/app',
      HOME: undefined,
      TMPDIR: undefined,
    },
  });
  await running.printed(/(is|are) ready after/);
  // The metrics are loaded when the cluster has started.
  await running.printed(/"event":"metrics-listening"/);
  expect(await get(port)).toMatch(/^served by \d+\n$/);
  const probes = await Promise.all(['livez', 'readyz', 'startupz'].map((probe) => get(metricsPort, `/${probe}`)));
  expect(probes).toEqual(Array.from(probes, () => expect.stringMatching(/^ok/)));
  const master = firstChild(running.pid);
  expect(readFileSync(`/proc/${master}/status`, 'utf8')).toMatch(new RegExp(`NSpid:\\t${master}\\t1\\n[^]*`));
  process.kill(master, 'SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.output).toMatch(/"event":"shutdown"[^\n]*"why":"SIGTERM"/);
  expect(running.output).not.toMatch(/"level":(40|50|60)/);
});
