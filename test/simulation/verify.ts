import * as fc from 'fast-check';
import { diagram } from './diagram.js';
import { type History, run } from './run.js';
import type { Schedule } from './schedule.js';

/** What is wrong with a history, if anything is. */
export type Check<H = History> = (history: H) => string | undefined;

/** What can happen, how it is run, what must hold, and how it is shown. */
export interface Trial<S, H> {
  readonly schedules: fc.Arbitrary<S>;
  readonly run: (schedule: S) => H;
  readonly check: Check<H>;
  readonly show: (history: H) => string;
}

/** Runs that many schedules. Throws for one that fails, and shows the smallest it can be shrunk to. */
export const verifyTrial = <S, H>(
  { schedules, run, check, show }: Trial<S, H>,
  numRuns: number,
  seed: number,
): number => {
  const result = fc.check(
    fc.property(schedules, (one) => check(run(one)) === undefined),
    { seed, numRuns },
  );
  if (!result.failed) return result.numRuns;
  const [smallest] = result.counterexample ?? [];
  // The schedule itself could not be run.
  if (smallest === undefined) throw result.errorInstance ?? new Error(`SEED=${seed} fails without an example`);
  const which = `SEED=${seed} fails after ${result.numRuns} schedules, shrunk ${result.numShrinks} times`;
  const history = run(smallest);
  throw new Error([which, check(history), show(history), fc.stringify(smallest)].join('\n\n'));
};

/** The same for one cluster, as a marble diagram. */
export const verify = (schedules: fc.Arbitrary<Schedule>, numRuns: number, check: Check, seed: number): number =>
  verifyTrial({ schedules, run, check, show: diagram }, numRuns, seed);
