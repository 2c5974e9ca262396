/** A worker that reaches its limit within this time after it was available says more about the limit than about itself. */
export const earlyMs = 60_000;

/** How many samples in a row have to be above the memory limit: a single one may be just before a garbage collection. */
export const samplesInARow = 5;

const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

/** The pause after so many failures in a row: a minute, doubled with each further one, up to an hour. None after none. */
export const pauseAfter = (failures: number): number =>
  failures === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));

/** The pause between two recycled workers at `jitter: 1`, on average. */
const pauseBetweenMs = 60_000;

/** The pause before the next worker, so that caches and connections of the new one come first. */
export const pauseBetween = (jitter: number, random: number): number =>
  Math.round(2 * random * jitter * pauseBetweenMs);

/** A limit that is different for each worker, so that workers that were forked together are not recycled together. */
export const spread = (limit: number, jitter: number, random: number): number =>
  Math.round(limit * (1 + jitter * (2 * random - 1)));
