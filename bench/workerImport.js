import { worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';
import { booted, preload } from './preload.js';

/** A worker that imports `worker`, `onStop`, `ready` and `send`, against one that imports nothing. */
export const measure = async (pairs) => {
  const plain = booted(worker('boot'), ['--require', preload]);
  const samples = await interleave('worker-import', 3 * pairs, {
    minimal: plain,
    proteus: booted(worker('api'), ['--require', preload]),
    again: plain,
  });
  const ms = { digits: 1, unit: ' ms', added: true, goal: atMost(10, ' ms') };
  return [
    row('a worker that imports proteus-cluster/worker', samples, ({ wall }) => wall, ms),
    row('CPU time of a worker that imports proteus-cluster/worker', samples, ({ cpu }) => cpu, ms),
  ];
};
