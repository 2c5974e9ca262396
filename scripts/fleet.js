// Runs the tests of a fleet on a real nats-server: test/fleet/**/*.nats.test.ts. Installs the server of Debian when run as root.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasCommand, requirePackages } from './debianPackages.js';

const root = fileURLToPath(new URL('..', import.meta.url));

requirePackages('fleet', hasCommand('nats-server') ? [] : ['nats-server']);
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'fleet', ...process.argv.slice(2)];
const { status, error } = spawnSync(process.execPath, vitest, { cwd: root, stdio: 'inherit' });
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
