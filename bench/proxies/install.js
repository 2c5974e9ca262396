import { spawnSync } from 'node:child_process';

const packages = ['nginx', 'haproxy'];

// Debian keeps servers where only root looks.
process.env.PATH += ':/usr/sbin:/usr/local/sbin';

const isMissing = (name) => spawnSync(name, ['-v']).error !== undefined;

const run = (command, ...args) => {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`proxies: ${command} ${args.join(' ')} failed`, { cause: error });
};

/** Makes sure that the proxies are there: installs them as root, and otherwise says how. */
export const install = (names = packages) => {
  const missing = names.filter(isMissing);
  if (missing.length === 0) return;
  if (process.getuid() !== 0 || isMissing('apt-get')) {
    throw new Error(
      `proxies: expected ${missing.join(' and ')} in PATH, found none. Install with: apt-get install ${missing.join(' ')}`,
    );
  }
  run('apt-get', 'update');
  run('apt-get', 'install', '-y', '--no-install-recommends', ...missing);
};
