import { setTimeout } from 'node:timers/promises';
import { each, start, worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';

/** How long a master may settle after its start, in ms. */
const settled = 300;

const once = async (side) => {
  const master = await start(side, { exec: worker('http'), workers: 4 });
  await setTimeout(settled);
  const figures = await master.ask('memory');
  await master.end();
  return figures;
};

/** The memory of a master with four workers, soon after its start. */
export const measure = async (pairs) => {
  const samples = await interleave('memory', pairs, each(once));
  return [
    row('RSS of the master', samples, ({ mb }) => mb, { digits: 1, unit: ' MB', added: true, goal: atMost(20, ' MB') }),
  ];
};
