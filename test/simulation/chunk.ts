import { diagramOfSeveral } from './diagram.js';
import { directed } from './directed.js';
import { countMeetings, type Meetings } from './faultStates.js';
import { violation } from './invariants.js';
import { violationOfSeveral } from './invariantsOfSeveral.js';
import { runSeveral, type Whole } from './runSeveral.js';
import { schedule } from './schedule.js';
import { several } from './several.js';
import { nothing, plus, type Tally, tallyOf, tallyOfSeveral } from './tally.js';
import type { Counterexample } from './counterexample.js';
import { type Check, CounterexampleError, verify, verifyTrial } from './verify.js';

/** Some schedules that are run together, from a seed of their own: of one cluster each, or of several. */
export interface Chunk {
  readonly part: 'one' | 'several';
  readonly seed: number;
  readonly schedules: number;
}

/** What came of them. Plain data: it goes from one thread to another. */
export interface Outcome {
  readonly tally: Tally;
  /** Which faults met which states, and how often. */
  readonly meetings: Meetings;
  /** In words and as a diagram; the schedules after one that fails are not run. */
  readonly failure: string | undefined;
  /** The one that fails, shrunk, to be saved. */
  readonly counterexample?: Counterexample | undefined;
}

/** For so many schedules of chance there is one that is directed. */
const directedShare = 25;

/** Runs them. Does not throw: a failure is a part of the outcome. */
export const runChunk = ({ part, seed, schedules }: Chunk, check: Check = violation): Outcome => {
  let tally = nothing;
  const meetings: Record<string, number> = {};
  const checkOne: Check = (history) => {
    tally = plus(tally, tallyOf(history));
    countMeetings(history.events, meetings);
    return check(history);
  };
  const checkSeveral: Check<Whole> = (whole) => {
    tally = plus(tally, tallyOfSeveral(whole));
    for (const { history } of whole.runs) countMeetings(history.events, meetings);
    return violationOfSeveral(whole);
  };
  const checkDirected: Check = (history) => {
    countMeetings(history.events, meetings);
    return check(history);
  };
  const trial = { schedules: several, run: runSeveral, check: checkSeveral, show: diagramOfSeveral };
  try {
    if (part === 'one') {
      verify(schedule, schedules, checkOne, seed);
      // They are not counted, because they have few faults and forks.
      verify(directed, Math.ceil(schedules / directedShare), checkDirected, seed);
    } else verifyTrial(trial, schedules, seed);
    return { tally, meetings, failure: undefined };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { tally, meetings, failure, counterexample: error instanceof CounterexampleError ? error.found : undefined };
  }
};
