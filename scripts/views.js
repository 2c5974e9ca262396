// Runs the tests of the live views: test/views, with a browser and a terminal of Debian. Installs what is missing when run as root.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findChromium } from './browser.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const run = (command, ...args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status ?? 1;
};

const hasCommand = (command) => spawnSync('which', [command]).status === 0;

const missing = [...(findChromium() === undefined ? ['chromium'] : []), ...(hasCommand('tmux') ? [] : ['tmux'])];

if (missing.length > 0 && (process.getuid?.() !== 0 || !hasCommand('apt-get'))) {
  console.error(`views: expected ${missing.join(' and ')}, found none. Install: apt-get install ${missing.join(' ')}`);
  process.exit(1);
}
if (missing.length > 0) {
  run('apt-get', 'update', '-q');
  run('apt-get', 'install', '-qy', '--no-install-recommends', ...missing);
}
process.exitCode = run(
  process.execPath,
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project',
  'views',
  ...process.argv.slice(2),
);
