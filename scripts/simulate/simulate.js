import { runChunks } from './chunks.js';
import { progressOn } from './progress.js';

/**
 * Runs schedules on all cores. Prints the progress, each failure at once, and a summary at the end.
 * `module` has the `runChunk`. The exit code: 0, 1 if any failed, 130 if Ctrl-C came first.
 */
export const simulate = async ({ schedules, seed, part, module }) => {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  const progress = progressOn(process.stderr, schedules);
  const sums = {};
  const failing = [];
  let done = 0;

  const tell = ({ chunk, tally, failure }) => {
    done += chunk.schedules;
    for (const [what, count] of Object.entries(tally)) sums[what] = (sums[what] ?? 0) + count;
    if (failure !== undefined) {
      failing.push(chunk.seed);
      progress.clear();
      console.log(`${failure}\n\nOnce more: ${again(chunk)}\n`);
    }
    progress.show({ done, failed: failing.length });
  };

  process.once('SIGINT', interrupt);
  console.log(`${schedules} schedules from seed ${seed}`);
  await runChunks({ module, schedules, seed, part, signal: interrupted.signal, tell });
  process.off('SIGINT', interrupt);

  progress.clear();
  if (interrupted.signal.aborted) console.log('Interrupted. So far:');
  console.log(summary({ done, seconds: progress.seconds(), sums, failing }));
  if (interrupted.signal.aborted) return 130;
  return failing.length === 0 ? 0 : 1;
};

/** Repeats a chunk alone. */
const again = ({ schedules, seed, part }) =>
  `npm run simulate -- --schedules ${schedules} --seed ${seed}${part === 'several' ? ' --part several' : ''}`;

const summary = ({ done, seconds, sums, failing }) => {
  const { runs = 0, forks = 0, faults = 0, restarts = 0 } = sums;
  const mean = (sum) => (sum / Math.max(1, runs)).toFixed(1);
  const rate = (done / seconds).toFixed(0);
  const failed =
    failing.length === 0 ? 'None failed.' : `Failed: seed ${failing.toSorted((a, b) => a - b).join(', ')}.`;
  return (
    `${done} schedules in ${seconds.toFixed(1)} s, ${rate} schedules/s, ` +
    `each with ${mean(forks)} forks and ${mean(faults)} faults, ` +
    `${restarts} restarts of a cluster. ${failed}`
  );
};
