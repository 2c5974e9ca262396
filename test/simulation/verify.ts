import * as fc from 'fast-check';
import { type Counterexample, counterexample } from './counterexample.js';
import { diagram } from './diagram.js';
import { type History, run } from './run.js';
import type { Schedule } from './schedule.js';

/** What is wrong with a history, if anything is. */
export type Check<H = History> = (history: H) => string | undefined;

/** A schedule that fails, shrunk. `found` can be saved; left out where it cannot be drawn. */
export class CounterexampleError extends Error {
  override readonly name = 'CounterexampleError';

  constructor(
    message: string,
    readonly found?: Counterexample,
  ) {
    super(message);
  }
}

/** What can happen, how it is run, what must hold, and how it is shown. */
export interface Trial<S, H> {
  readonly schedules: fc.Arbitrary<S>;
  readonly run: (schedule: S) => H;
  readonly check: Check<H>;
  readonly show: (history: H) => string;
  /** A history that fails as files. */
  readonly save?: (history: H, what: string, seed: number) => Counterexample;
}

/** Runs that many schedules. Throws `CounterexampleError` for one that fails, and shows the smallest it can be shrunk to. */
export const verifyTrial = <S, H>(
  { schedules, run, check, show, save }: Trial<S, H>,
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
  const what = check(history) ?? 'nothing: it does not fail again';
  throw new CounterexampleError(
    [which, what, show(history), fc.stringify(smallest)].join('\n\n'),
    save?.(history, what, seed),
  );
};

/** The same for one cluster, as a marble diagram. */
export const verify = (schedules: fc.Arbitrary<Schedule>, numRuns: number, check: Check, seed: number): number =>
  verifyTrial({ schedules, run, check, show: diagram, save: counterexample }, numRuns, seed);
