import { setTimeout } from 'node:timers/promises';
import { sides, start, worker } from './masters.js';
import { row } from './pairs.js';
import { usedBy } from './usage.js';

const workers = 8;
/** How long they settle after their start, and how long a round observes them: four heartbeats; in ms. */
const settled = 15_000;
const observed = 20_000;

const configs = { minimal: { health: false }, proteus: {}, again: { health: false } };

/**
 * What heartbeats cost, on Linux: the share of a core that workers that do nothing and their master use, in percent, with the default of `health` and without it. All three run at the same
 * time, so a tenth as many rounds say as much.
 */
export const measure = async (pairs) => {
  const masters = await Promise.all(
    sides.map((side) => start('proteus', { exec: worker('http'), workers, config: configs[side] })),
  );
  await setTimeout(settled);
  const samples = [];
  for (let round = 0; round < Math.ceil(pairs / 10); round += 1) {
    const before = masters.map(({ pid }) => usedBy(pid));
    const begun = performance.now();
    // One after the other.
    // oxlint-disable-next-line no-await-in-loop
    await setTimeout(observed);
    const ms = performance.now() - begun;
    samples.push(Object.fromEntries(sides.map((side, n) => [side, ((usedBy(masters[n].pid) - before[n]) / ms) * 100])));
  }
  await Promise.all(masters.map((master) => master.end()));
  return [
    row(`heartbeats: ${workers} idle workers and their master, of a core`, samples, (percent) => percent, {
      digits: 2,
      unit: ' %',
      added: true,
    }),
  ];
};
