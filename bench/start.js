import { start, worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';

const once = (side) => async () => {
  const master = await start(side, { exec: worker('http'), workers: 2 });
  await master.end();
  return master.started;
};

/** From the start until both workers listen. */
export const measure = async (pairs) => {
  const samples = await interleave('start', pairs, {
    minimal: once('loaded'),
    proteus: once('proteus'),
    again: once('loaded'),
  });
  const bare = await interleave('start, beside a master that loads nothing', pairs, {
    minimal: once('minimal'),
    proteus: once('proteus'),
    again: once('minimal'),
  });
  const ms = { unit: ' ms', goal: atMost(1.15) };
  return [
    row('start until all listen, against a master that imports rxjs and pino', samples, ({ whole }) => whole, ms),
    row('CPU time of the master until then, against the same', samples, ({ cpu }) => cpu, ms),
    row('start until all listen, against a master that loads nothing', bare, ({ whole }) => whole, { unit: ' ms' }),
  ];
};
