import { messageOf } from '../../vocabulary/errors.js';
import { EndlessSimulationError } from '../endlessSimulationError.js';
import { ExpectationError } from '../expectations/expectationError.js';
import type { Script } from '../script.js';
import type { Simulation } from '../simulation.js';
import { type Scenario, scriptOf } from './scenario.js';
import { scriptCode } from './scriptCode.js';

/** How a random run was found. */
interface Found {
  readonly seed: number;
  /** How many runs there were, this one included. */
  readonly runs: number;
  /** How often it was made smaller. */
  readonly shrinks: number;
}

/** What must hold does not hold in a random run. The message has the seed, the smallest script that was found, as code, and what happened. */
export class CounterexampleError extends Error {
  override readonly name = 'CounterexampleError';
  /** The smallest script that was found. */
  readonly script: Script;
  readonly seed: number;
  constructor({ seed, runs, shrinks }: Found, scenario: Scenario, simulation: Simulation | undefined, cause: unknown) {
    const found = `what must hold does not, in run ${runs} with the seed ${seed}. The smallest script that was found, after ${shrinks} steps:`;
    super([found, scriptCode(scenario), problemText(cause, simulation)].join('\n\n'), { cause });
    this.script = scriptOf(scenario);
    this.seed = seed;
  }
}

/** Errors of this package show what happened themselves. */
const problemText = (cause: unknown, simulation: Simulation | undefined): string => {
  const problem = messageOf(cause);
  if (simulation === undefined || cause instanceof ExpectationError || cause instanceof EndlessSimulationError)
    return problem;
  return `${problem}\n\n${simulation.diagram}`;
};
