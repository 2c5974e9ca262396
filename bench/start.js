import { each, start, worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';

const once = async (side) => {
  const master = await start(side, { exec: worker('http'), workers: 2 });
  await master.end();
  return master.started;
};

/** From the start until both workers listen. */
export const measure = async (pairs) => {
  const samples = await interleave('start', pairs, each(once));
  const ms = { unit: ' ms', goal: atMost(1.15) };
  return [
    row('start until all listen, from the spawn of the master', samples, ({ whole }) => whole, ms),
    row('start until all listen, from the first line of the loaded master', samples, ({ own }) => own, ms),
  ];
};
