// A real cluster under load, with faults that follow from a seed: npm run chaos -- --minutes 30 --seed 7
import { draw } from './chaos/diagram.js';
import { readOptions } from './chaos/options.js';
import { run } from './chaos/run.js';
import { judge } from './chaos/verdict.js';
// Compiled by `npm run chaos`: the alphabet of all diagrams.
import { letters } from '../.simulation/src/drawing/alphabet.js';

try {
  if (process.platform !== 'linux') throw new Error('chaos: expected Linux: it reads /proc to find orphans');
  const options = readOptions(process.argv.slice(2));
  console.log(`${options.ms / 60_000} minutes from seed ${options.seed}`);
  const seen = await run({ ...options, tell: console.log });
  const { deaths, excused, ratios, broken } = judge(seen);
  console.log(`\n${draw(seen, letters)}\n`);
  console.log(
    `${seen.requests.answered} requests answered. ${deaths} workers died, and ${excused} requests failed with them. The master's memory at the end against the end of the first third: RSS ${ratios.rss.toFixed(3)}, heap ${ratios.heap.toFixed(3)}, descriptors ${ratios.descriptors.toFixed(3)}.`,
  );
  for (const sentence of broken) console.log(`BROKEN: ${sentence}`);
  if (broken.length === 0) console.log('No promise was broken.');
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
