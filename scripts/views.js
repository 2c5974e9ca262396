// Runs the tests of the live views: test/views, with a browser and a terminal of Debian. Installs what is missing when run as root.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findChromium } from './browser.js';
import { hasCommand, requirePackages } from './debianPackages.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const missing = [...(findChromium() === undefined ? ['chromium'] : []), ...(hasCommand('tmux') ? [] : ['tmux'])];

requirePackages('views', missing);
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'views', ...process.argv.slice(2)];
const { status, error } = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' });
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
