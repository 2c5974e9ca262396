import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPm2 } from './pm2.js';
import { killGroup } from './processes.js';

/** A master in a process group of its own: SIGUSR2 asks it to reload, SIGTERM to stop, SIGTTOU to have a worker fewer. */
const program =
  (file) =>
  async ({ node, env, folder }) => {
    const log = openSync(join(folder, 'log'), 'a');
    const child = spawn(node, [join(import.meta.dirname, 'masters', file)], {
      env,
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    return {
      pid: child.pid,
      state: () => {
        if (child.signalCode !== null) return child.signalCode;
        return child.exitCode === null ? 'runs' : `exit ${child.exitCode}`;
      },
      reload: () => child.kill('SIGUSR2'),
      stop: () => child.kill('SIGTERM'),
      shrink: () => child.kill('SIGTTOU'),
      end: () => killGroup(child.pid),
    };
  };

const versionOf = (name) => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules', name, 'package.json'), 'utf8'));
  return `${name} ${version}`;
};

/**
 * What a roll of ours takes by its own rules: in each round as many workers as there is room for boot, stay ready for `minReadyTime`, and as many
 * old ones drain; the first slot has a round of its own.
 */
const rounds = (workers) => 1 + Math.ceil((workers - 1) / Math.ceil(workers / 4));
const minReadyTime = 1_000;

/** Who is measured: how to start it, how it is called in tables, and what can be asked of it besides stopping. */
export const masters = {
  proteus: {
    title: () => 'proteus-cluster',
    can: ['reload', 'shrink'],
    start: program('proteus.js'),
    expects: ({ workers, boot, drain }) => rounds(workers) * (boot + minReadyTime + drain),
  },
  minimal: { title: () => 'minimal master', can: ['reload'], start: program('minimal.cjs') },
  pm2: { title: () => versionOf('pm2'), can: ['reload'], start: startPm2 },
  recluster: { title: () => versionOf('recluster'), can: ['reload'], start: program('recluster.cjs') },
  cfork: {
    title: () => `${versionOf('cfork')} + ${versionOf('cluster-reload')}`,
    can: ['reload'],
    start: program('cfork.cjs'),
  },
  'cluster-service': {
    title: () => versionOf('cluster-service'),
    can: ['reload'],
    start: program('cluster-service.cjs'),
  },
  throng: { title: () => versionOf('throng'), can: [], start: program('throng.cjs') },
};
