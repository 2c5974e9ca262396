import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';

export const preload = fileURLToPath(new URL('../dist/preload.cjs', import.meta.url));

/** The environment that our master sets for a worker. Without it the preload does nothing. */
export const prepared = {
  PROTEUS_CLUSTER_MASTER: String(process.pid),
  PROTEUS_CLUSTER_NAME: 'bench',
  PROTEUS_CLUSTER_SLOT: '1',
  PROTEUS_CLUSTER_GENERATION: '1',
  PROTEUS_CLUSTER_OUTPUT: 'pipe',
  PROTEUS_CLUSTER_SIGNALS: 'SIGUSR2,SIGTERM,SIGINT,SIGQUIT,SIGHUP,SIGTTIN,SIGTTOU',
};

/** From the fork of a worker until its first line runs, and the CPU time that it has used by then; in ms. */
export const booted =
  (exec, execArgv = []) =>
  async () => {
    cluster.setupPrimary({ exec, args: [], execArgv, stdio: ['inherit', 'pipe', 'pipe', 'ipc'] });
    const begun = performance.now();
    const forked = cluster.fork(prepared);
    const [{ cpu }] = await once(forked, 'message');
    const wall = performance.now() - begun;
    await once(forked, 'exit');
    return { wall, cpu };
  };

/** A worker's boot with and without the preload. It is short and noisy, so there are three times as many rounds. */
export const measure = async (pairs) => {
  const plain = booted(worker('boot'));
  const samples = await interleave('preload', 3 * pairs, {
    minimal: plain,
    proteus: booted(worker('boot'), ['--require', preload]),
    again: plain,
  });
  const ms = { digits: 1, unit: ' ms', added: true, goal: atMost(5, ' ms') };
  return [
    row("a worker's boot with the preload", samples, ({ wall }) => wall, ms),
    row("CPU time of a worker's boot with the preload", samples, ({ cpu }) => cpu, ms),
  ];
};
