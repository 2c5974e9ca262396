import { expect, test } from 'vitest';
import { runChunk } from './chunk.js';
import { means } from './tally.js';

export const firstSeed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const total = Number(process.env['SCHEDULES'] ?? 10_000);

/** The schedules of one test file: a part of them all, so that the files keep a core busy each. */
export const simulate = (part: number, parts: number): void => {
  const seed = firstSeed + part;
  const schedules = Math.ceil(total / parts);
  test(
    `no schedule of faults and commands breaks an invariant: ${schedules} with SEED=${seed}`,
    () => {
      const begun = performance.now();
      const { tally, failure } = runChunk({ seed, schedules });
      if (failure !== undefined) throw new Error(failure);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      console.log(`SEED=${seed}: ${tally.runs} schedules in ${seconds} s, each with ${means(tally)}`);
      expect(tally.runs).toBe(schedules);
      expect(tally.inRolls).toBeGreaterThan(schedules / 4);
    },
    // How fast it is, the bench says; here it must only end.
    300_000 * Math.max(1, total / 10_000),
  );
};
