import { checkValue } from '../../validation/check.js';
import { whole } from '../../validation/rule.js';
import type { Simulation } from '../simulation.js';
import { ExpectationError } from './expectationError.js';

/**
 * Throws `ExpectationError` if more worker processes exist at the same time, those that boot or leave included.
 *
 * @example
 * const restarted = simulate({ worker: 4, maxSurge: 1 }, { duration: 60_000, inputs: [{ at: 5_000, input: 'restart' }] });
 * expectAtMostProcesses(restarted, 5);
 */
export const expectAtMostProcesses = (simulation: Simulation, count: number): void => {
  checkValue('expectAtMostProcesses', whole(0), count);
  let processes = 0;
  for (const { type, time } of simulation.events) {
    processes += Number(type === 'fork') - Number(type === 'exit');
    if (processes <= count) continue;
    throw new ExpectationError(`expected ${count} processes at most, got ${processes} at ${time} ms`, simulation, time);
  }
};
