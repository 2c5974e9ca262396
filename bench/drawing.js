import { setTimeout } from 'node:timers/promises';
import { start, worker } from './masters.js';
import { interleave, row } from './pairs.js';
import { cpuOf } from './usage.js';

const perSecond = 1_000;
/** How long one run is observed, and how long it settles before, in ms. */
const observed = 5_000;
const settled = 1_000;

/** The share of a core that a master uses while it has so many events a second, in percent. */
const share = (master, as) => async () => {
  await master.ask('draw', { as });
  await master.ask('crashes', { perSecond });
  await setTimeout(settled);
  const [before, begun] = [cpuOf(master.pid), performance.now()];
  await setTimeout(observed);
  const percent = ((cpuOf(master.pid) - before) / (performance.now() - begun)) * 100;
  await master.ask('crashes', { perSecond: 0 });
  await master.ask('draw');
  return { percent };
};

/** What `toMarbles()` costs a master, with a picture each second, on Linux. */
export const measure = async (pairs) => {
  const master = await start('proteus', {
    exec: worker('http'),
    workers: 1,
    config: { log: false, control: false },
  });
  const rows = [];
  for (const as of ['text', 'svg']) {
    // One after the other.
    // oxlint-disable-next-line no-await-in-loop
    const samples = await interleave(`toMarbles, ${as}`, Math.ceil(pairs / 2), {
      minimal: share(master),
      proteus: share(master, as),
      again: share(master),
    });
    const title = `toMarbles() as ${as === 'svg' ? 'SVG' : as}, ${perSecond} events a second: CPU of the master`;
    rows.push(row(title, samples, ({ percent }) => percent, { digits: 2, unit: ' %', added: true }));
  }
  await master.end();
  return rows;
};
