import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from './processes.js';

const run = promisify(execFile);
const bin = join(import.meta.dirname, 'node_modules/pm2/bin/pm2');

/** pm2 with a home of its own, so that no other daemon is touched. A command counts from the start of its process, as for a user who types it. */
export const startPm2 = async ({ node, exec, workers, env, folder }) => {
  const home = join(folder, 'pm2');
  mkdirSync(home);
  const pm2 = (...args) =>
    run(node, [bin, ...args], { env: { ...env, PM2_HOME: home }, cwd: folder }).catch((error) => {
      // A reload that fails says so with its exit code; what came of it is measured elsewhere.
      if (args[0] !== 'reload') throw error;
    });
  await pm2('start', exec, '--name', 'service', '--instances', String(workers));
  const pid = Number(readFileSync(join(home, 'pm2.pid'), 'utf8'));
  return {
    pid,
    state: () => (isAlive(pid) ? 'runs' : 'gone'),
    reload: () => pm2('reload', 'service'),
    /** The daemon stays, as it should. */
    stop: () => pm2('stop', 'service'),
    end: async () => {
      if (isAlive(pid)) await pm2('kill');
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    },
  };
};
