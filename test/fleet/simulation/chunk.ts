import type { Chunk } from '../../simulation/chunk.js';
import { CounterexampleError, verifyTrial } from '../../simulation/verify.js';
import { violation } from './invariants.js';
import { narrate } from './narrate.js';
import { type FleetHistory, run } from './run.js';
import { schedule } from './schedule.js';
import { nothing, plus, type Tally, tallyOf } from './tally.js';

/** What came of some schedules. Plain data: it goes from one thread to another. */
export interface FleetOutcome {
  readonly tally: Tally;
  /** In words and with all that happened; the schedules after one that fails are not run. */
  readonly failure: string | undefined;
}

/** Runs them. Does not throw: a failure is a part of the outcome. */
export const runChunk = ({ seed, schedules }: Pick<Chunk, 'seed' | 'schedules'>): FleetOutcome => {
  let tally = nothing;
  const check = (history: FleetHistory): string | undefined => {
    tally = plus(tally, tallyOf(history));
    return violation(history);
  };
  try {
    verifyTrial({ schedules: schedule, run, check, show: narrate }, schedules, seed);
    return { tally, failure: undefined };
  } catch (error) {
    if (!(error instanceof CounterexampleError)) throw error;
    return { tally, failure: error.message };
  }
};
