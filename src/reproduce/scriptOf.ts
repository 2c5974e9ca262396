import { asyncScheduler } from 'rxjs';
import type { Script } from '../testing.js';
import { lifeFor } from './lifeFor.js';
import type { RecordedScript } from './script.js';

/**
 * A recorded run as a script for `simulate`, to be used once: the recorded lives and inputs, and the random numbers that the master drew, in their order.
 *
 * @example
 * const { events } = simulate(config, scriptOf(script));
 */
export const scriptOf = ({ lives, inputs, random, until }: RecordedScript): Script => {
  const life = lifeFor(lives);
  let drawn = 0;
  return {
    duration: until,
    workers: ({ slot }) => life(slot, asyncScheduler.now()),
    inputs,
    random: () => random[drawn++] ?? 0.5,
  };
};
