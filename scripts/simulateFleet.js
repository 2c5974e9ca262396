// Runs schedules of restarts over many hosts on all cores: npm run simulate:fleet -- --schedules 10000 --seed 2012
// It runs what tsc has compiled into .simulation: the oldest Node that is supported does not read TypeScript.
import { runChunks } from './simulate/chunks.js';
import { readOptions } from './simulate/options.js';
import { progressOn } from './simulate/progress.js';

const module = new URL('../.simulation/test/fleet/simulation/chunk.js', import.meta.url);

const add = (sums, counts) => {
  for (const [what, count] of Object.entries(counts)) sums[what] = (sums[what] ?? 0) + count;
};

const simulate = async ({ schedules, seed }) => {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const progress = progressOn(process.stderr, schedules);
  const sums = {};
  const failing = [];
  let done = 0;
  const tell = ({ chunk, tally, failure }) => {
    done += chunk.schedules;
    add(sums, tally);
    if (failure !== undefined) {
      failing.push(chunk.seed);
      progress.clear();
      const again = `npm run simulate:fleet -- --schedules ${chunk.schedules} --seed ${chunk.seed}`;
      console.log(`${failure}\n\nOnce more: ${again}`);
    }
    progress.show({ done, failed: failing.length });
  };
  console.log(`${schedules} schedules from seed ${seed}`);
  await runChunks({ module, schedules, seed, part: 'one', signal: interrupted.signal, tell });
  progress.clear();
  console.log(
    Object.entries(sums)
      .map(([what, count]) => `${what} ${count}`)
      .join(', '),
  );
  console.log(failing.length === 0 ? 'None failed.' : `Failed: seed ${failing.join(', ')}.`);
  if (interrupted.signal.aborted) return 130;
  return failing.length === 0 ? 0 : 1;
};

try {
  process.exitCode = await simulate(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
