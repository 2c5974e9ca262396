import { hasType } from '../../operators/events/hasType.js';
import { check, checkValue } from '../../validation/check.js';
import { oneOf, time, whole } from '../../validation/rule.js';
import type { ForkReason } from '../../vocabulary/events.js';
import type { Simulation } from '../simulation.js';
import { ExpectationError } from './expectationError.js';

/** Which forks are counted. */
export interface CountedForks {
  /** Those within any such time, in ms. Default: all of the simulation. */
  readonly within?: number | undefined;
  /** Those for this reason. Default: all. */
  readonly why?: ForkReason | undefined;
}

/**
 * Throws `ExpectationError` if more workers are forked: in all, or within any time of this length.
 *
 * @example
 * const simulation = simulate({ worker: 1 }, { duration: 60_000, workers: () => ({ crashes: { after: 30_000 } }) });
 * expectAtMostForks(simulation, 1, { within: 10_000, why: 'respawn' });
 */
export const expectAtMostForks = (simulation: Simulation, count: number, counted: CountedForks = {}): void => {
  checkValue('expectAtMostForks', whole(0), count);
  check('expectAtMostForks.', { ...counted }, { within: time, why: oneOf('start', 'scale', 'respawn', 'roll') });
  const { within = Infinity, why } = counted;
  const forks = simulation.events.filter(hasType('fork')).filter((fork) => why === undefined || fork.why === why);
  for (const [index, { time: at }] of forks.entries()) {
    const first = forks[index - count];
    if (first === undefined || at - first.time >= within) continue;
    const expected = `expected ${count} forks at most${why === undefined ? '' : ` with the reason ${why}`}`;
    const problem = `${expected}, got ${count + 1} from ${first.time} to ${at} ms`;
    throw new ExpectationError(problem, simulation, at, first.time);
  }
};
