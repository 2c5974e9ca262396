// Runs the tests of a fleet on a real nats-server: test/fleet/**/*.nats.test.ts. Installs the server of Debian when run as root.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const run = (command, ...args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
};

const hasCommand = (command) => spawnSync('which', [command]).status === 0;

if (!hasCommand('nats-server')) {
  if (process.getuid?.() !== 0 || !hasCommand('apt-get')) {
    console.error('fleet: expected nats-server, found none. Install: apt-get install nats-server');
    process.exit(1);
  }
  run('apt-get', 'update', '-q');
  run('apt-get', 'install', '-qy', '--no-install-recommends', 'nats-server');
}
process.exitCode = run(
  process.execPath,
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project',
  'fleet',
  ...process.argv.slice(2),
);
