import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChunks } from './chunks.js';
import { progressOn } from './progress.js';

/**
 * Runs schedules on all cores. Prints the progress, each failure at once, and a summary at the end.
 * `module` has the `runChunk`; a schedule that fails is saved in `folder`. The exit code: 0, 1 if any failed, 130 if Ctrl-C came first.
 */
export const simulate = async ({ schedules, seed, part, module, folder = 'counterexamples' }) => {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  const progress = progressOn(process.stderr, schedules);
  const sums = {};
  const meetings = {};
  const failing = [];
  let done = 0;

  const tell = ({ chunk, tally, meetings: met, failure, counterexample }) => {
    done += chunk.schedules;
    add(sums, tally);
    add(meetings, met);
    if (failure !== undefined) {
      failing.push(chunk.seed);
      progress.clear();
      console.log(`${failure}\n\nOnce more: ${again(chunk)}`);
      console.log(counterexample === undefined ? '' : `Saved: ${save(folder, counterexample)}\n`);
    }
    progress.show({ done, failed: failing.length });
  };

  process.once('SIGINT', interrupt);
  console.log(`${schedules} schedules from seed ${seed}`);
  await runChunks({ module, schedules, seed, part, signal: interrupted.signal, tell });
  process.off('SIGINT', interrupt);

  progress.clear();
  if (interrupted.signal.aborted) console.log('Interrupted. So far:');
  const { faultTable, impossibleButMet } = await import(faultTableModule);
  console.log(`${faultTable(meetings)}\n`);
  const wrong = impossibleButMet(meetings);
  if (wrong.length > 0)
    console.log(`Met, although declared impossible in test/simulation/impossible.ts: ${wrong.join(', ')}`);
  console.log(summary({ done, seconds: progress.seconds(), sums, failing }));
  if (interrupted.signal.aborted) return 130;
  return failing.length === 0 && wrong.length === 0 ? 0 : 1;
};

/** What tsc has compiled. */
const faultTableModule = new URL('../../.simulation/test/simulation/faultTable.js', import.meta.url);

const add = (sums, counts) => {
  for (const [what, count] of Object.entries(counts)) sums[what] = (sums[what] ?? 0) + count;
};

/** Writes the diagram, and the schedule beside it. Returns the path of the diagram. */
const save = (folder, { name, diagram, json }) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), json);
  const path = join(folder, `${name}.txt`);
  writeFileSync(path, diagram);
  return path;
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
