import { expect, test } from 'vitest';
import { type Chunk, runChunk } from './chunk.js';
import { impossibleButMet } from './faultTable.js';
import { means, type Tally } from './tally.js';

export const firstSeed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const total = Number(process.env['SCHEDULES'] ?? 5_000);

/** The schedules of one test file: a part of them all, so that the files keep a core busy each. A twentieth as many are of several clusters. */
export const simulate = (half: number, halves: number): void => {
  const seed = firstSeed + half;
  const schedules = Math.ceil(total / halves);
  // How fast it is, the bench says; here it must only end.
  const patience = 300_000 * Math.max(1, total / 10_000);

  const runAndTell = (chunk: Chunk): Tally => {
    const begun = performance.now();
    const { tally, meetings, failure } = runChunk(chunk);
    if (failure !== undefined) throw new Error(failure);
    expect(impossibleButMet(meetings)).toEqual([]);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const which = chunk.part === 'one' ? 'schedules' : 'schedules of several clusters';
    console.log(`SEED=${seed}: ${tally.runs} ${which} in ${seconds} s, each with ${means(tally)}`);
    expect(tally.runs).toBe(chunk.schedules);
    return tally;
  };

  test(
    `no schedule of faults and commands breaks an invariant: ${schedules} with SEED=${seed}`,
    () => {
      const { inRolls } = runAndTell({ part: 'one', seed, schedules });
      expect(inRolls).toBeGreaterThan(schedules / 4);
    },
    patience,
  );

  // Fewer say nothing about how tame they are.
  const wholes = Math.max(50, Math.ceil(schedules / 20));
  test(
    `nor does one of several clusters, supervised or not: ${wholes} with SEED=${seed}`,
    () => {
      const { restarts } = runAndTell({ part: 'several', seed, schedules: wholes });
      expect(restarts).toBeGreaterThan(wholes / 4);
    },
    patience,
  );
};
