import { violation } from './invariants.js';
import { schedule } from './schedule.js';
import { nothing, plus, type Tally, tallyOf } from './tally.js';
import { type Check, verify } from './verify.js';

/** Some schedules that are run together, from a seed of their own. */
export interface Chunk {
  readonly seed: number;
  readonly schedules: number;
}

/** What came of them. Plain data: it goes from one thread to another. */
export interface Outcome {
  readonly tally: Tally;
  /** In words and as a diagram; the schedules after one that fails are not run. */
  readonly failure: string | undefined;
}

/** Runs them. Does not throw: a failure is a part of the outcome. */
export const runChunk = ({ seed, schedules }: Chunk, check: Check = violation): Outcome => {
  let tally = nothing;
  const counted: Check = (history) => {
    tally = plus(tally, tallyOf(history));
    return check(history);
  };
  try {
    verify(schedule, schedules, counted, seed);
    return { tally, failure: undefined };
  } catch (error) {
    return { tally, failure: error instanceof Error ? error.message : String(error) };
  }
};
