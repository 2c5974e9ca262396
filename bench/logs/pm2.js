import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { check, settled, size } from './run.js';

const run = promisify(execFile);
const bin = join(import.meta.dirname, '../peers/node_modules/pm2/bin/pm2');

/** `npm run peers:install` brings it. */
export const isThere = () => existsSync(bin);

/** In ticks of Linux: hundredths of a second. */
const cpuOf = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
};

/** pm2 in its cluster mode, with one log file for all. Its workers begin at their start; the measurement begins with their first line. */
export const pm2 = async ({ workers = 4, lines }) => {
  const root = mkdtempSync(join(tmpdir(), 'proteus-pm2-'));
  const folder = join(root, 'logs');
  mkdirSync(folder);
  const env = { ...process.env, PM2_HOME: join(root, 'home'), LINES: String(lines) };
  const call = (...args) => run(process.execPath, [bin, ...args], { env });
  const exec = join(import.meta.dirname, 'worker.js');
  let daemon;
  try {
    await call('ping');
    daemon = Number(readFileSync(join(env.PM2_HOME, 'pm2.pid'), 'utf8'));
    const before = cpuOf(daemon);
    const out = ['--merge-logs', '--output', join(folder, 'all.log'), '--error', join(root, 'errors.log')];
    const started = call('start', exec, '-i', String(workers), ...out, '--', 'stdout');
    while (size(folder) === 0) await setTimeout(2);
    const begun = performance.now();
    await started;
    const took = (await settled(folder, 1_500)) - begun;
    const cpu = cpuOf(daemon) - before;
    await check(folder, workers, lines);
    return { rate: (workers * lines) / (took / 1_000), cpu: cpu / ((workers * lines) / 1e6) };
  } finally {
    await call('kill').catch(() => process.kill(daemon, 'SIGKILL'));
    rmSync(root, { recursive: true, force: true });
  }
};
