import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** How many schedules share a seed. */
const most = 250;

/** The schedules in chunks, each with a seed of its own. Of both parts every twentieth is of several clusters. */
function* chunksOf({ schedules, seed, part }) {
  for (let index = 0; index * most < schedules; index += 1) {
    yield {
      part: part !== 'both' ? part : index % 20 === 19 ? 'several' : 'one',
      seed: (seed + index) % 2 ** 31,
      schedules: Math.min(most, schedules - index * most),
    };
  }
}

/**
 * Runs the schedules on a thread for each core, with the `runChunk` of a module, and reports the outcome of each chunk as soon as it is known.
 * Settles when all are done, or when `signal` says to stop. Rejects if a thread fails; a chunk that fails is an outcome.
 */
export const runChunks = async ({ module, schedules, seed, part, signal, tell }) => {
  const chunks = chunksOf({ schedules, seed, part });
  const threads = Array.from({ length: Math.min(availableParallelism(), Math.ceil(schedules / most)) }, () => {
    return new Worker(new URL('thread.js', import.meta.url), { workerData: module.href });
  });
  const work = async (thread) => {
    await once(thread, 'message');
    for (const chunk of chunks) {
      thread.postMessage(chunk);
      const [outcome] = await once(thread, 'message');
      if (signal.aborted) return;
      tell(outcome);
    }
  };
  try {
    await Promise.race([Promise.all(threads.map(work)), stopped(signal)]);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
};

const stopped = (signal) => new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
