import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';

const preload = fileURLToPath(new URL('../dist/preload.cjs', import.meta.url));

/** From the fork of a worker until its first line runs, in ms. */
const booted = (execArgv) => async () => {
  cluster.setupPrimary({ exec: worker('boot'), args: [], execArgv });
  const begun = performance.now();
  const forked = cluster.fork();
  await once(forked, 'message');
  const ms = performance.now() - begun;
  await once(forked, 'exit');
  return ms;
};

/** A worker's boot with and without the preload. Short and noisy, so it is done three times as often. */
export const measure = async (pairs) => {
  const plain = booted([]);
  const samples = await interleave('preload', 3 * pairs, {
    minimal: plain,
    proteus: booted(['--require', preload]),
    again: plain,
  });
  return [
    row("a worker's boot with the preload", samples, (ms) => ms, {
      digits: 1,
      unit: ' ms',
      added: true,
      goal: atMost(5, ' ms'),
    }),
  ];
};
