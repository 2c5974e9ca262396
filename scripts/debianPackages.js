import { spawnSync } from 'node:child_process';

export const hasCommand = (command) => spawnSync('which', [command]).status === 0;

const run = (command, ...args) => {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
};

/** Installs packages of Debian when run as root. Otherwise it says what to install, and ends the process. */
export const requirePackages = (who, missing) => {
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !hasCommand('apt-get')) {
    console.error(
      `${who}: expected ${missing.join(' and ')}, found none. Install: apt-get install ${missing.join(' ')}`,
    );
    process.exit(1);
  }
  run('apt-get', 'update', '-q');
  run('apt-get', 'install', '-qy', '--no-install-recommends', ...missing);
};

/** The address from which this machine has its packages of Debian; `undefined` if its sources name none, or it has no apt. */
export const debianMirror = () => {
  const wanted = ['Created-By: Packages', 'Label: Debian'];
  const { stdout } = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', ...wanted], { encoding: 'utf8' });
  return stdout?.split('\n').find((line) => line !== '');
};
