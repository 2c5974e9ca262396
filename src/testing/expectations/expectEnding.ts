import { check, checkValue } from '../../validation/check.js';
import { oneOf, text } from '../../validation/rule.js';
import type { Simulation } from '../simulation.js';
import { ExpectationError } from './expectationError.js';

/**
 * Throws `ExpectationError` unless the cluster ends so: it completes, it errors, or it is running at the end. `error`: the name of the error.
 *
 * @example
 * const broken = simulate({ worker: 2 }, { duration: 60_000, workers: () => ({ crashes: { after: 10 } }) });
 * expectEnding(broken, 'error', 'ForkLimitError');
 */
export const expectEnding = (simulation: Simulation, ending: Simulation['ending'], error?: string): void => {
  checkValue('expectEnding', oneOf('complete', 'error', 'running'), ending);
  check('expectEnding.', { error }, { error: text });
  const { endedAt } = simulation;
  if (ending === simulation.ending && (error === undefined || error === nameOf(simulation.error))) return;
  const expected = `expected the cluster ${sentence(ending, error)}`;
  const was =
    simulation.ending === 'error' ? `it ended with ${described(simulation.error)}` : `it ${past[simulation.ending]}`;
  throw new ExpectationError(`${expected}, and at ${endedAt} ms ${was}`, simulation, endedAt);
};

const past = { complete: 'completed', running: 'was running' };

const sentence = (ending: Simulation['ending'], error = 'an error'): string =>
  ending === 'error'
    ? `to end with ${error}`
    : { complete: 'to complete', running: 'to be running at the end' }[ending];

const nameOf = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined);

const described = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
