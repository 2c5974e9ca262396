import { check, checkValue } from '../validation/check.js';
import { between, number, type Rule, type Rules } from '../validation/rule.js';
import type { Lives } from './lives.js';
import type { WorkerBehaviour } from './simulatedHost.js';

/** A time in ms between two others. */
export type TimeRange = readonly [least: number, most: number];

/** Of what lives of workers are drawn. Times in ms. */
export interface RandomLives {
  /** The same seed has the same lives. */
  readonly seed: number;
  /** From fork to listening. Default: [500, 5000]. */
  readonly listening?: TimeRange | undefined;
  /** From being asked to leave to the exit. Default: [0, 5000]. */
  readonly leaves?: TimeRange | undefined;
  /** The share of workers that crash, from 0 to 1. Default: 0.5. */
  readonly crashing?: number | undefined;
  /** From fork to the crash of a worker that crashes. Default: [0, 3600000], an hour. */
  readonly crashes?: TimeRange | undefined;
}

const rangeRule: Rule = {
  accepts: (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((time) => Number.isFinite(time) && time >= 0) &&
    value[0] <= value[1],
  expected: '[least, most] in ms',
};

const rules: Rules = {
  seed: number,
  listening: rangeRule,
  leaves: rangeRule,
  crashing: between(0, 1),
  crashes: rangeRule,
};

/**
 * Workers that take random times to boot and to leave, and of which some crash. The life of a fork depends on the seed and its number alone.
 *
 * @example
 * const workers = randomLives({ seed: 1, crashing: 0.2, crashes: [0, 600_000] });
 * console.log(simulate({ worker: 4 }, { duration: 86_400_000, workers }).status);
 */
export const randomLives = (options: RandomLives): Lives => {
  check('randomLives.', { ...options }, rules);
  checkValue('randomLives.seed', number, options.seed);
  const { seed, listening = [500, 5_000], leaves = [0, 5_000], crashing = 0.5, crashes = [0, 3_600_000] } = options;
  return (_, fork): WorkerBehaviour => {
    const draw = dice(seed * 1_000_003 + fork);
    const life = { listening: within(listening, draw()), leaves: within(leaves, draw()) };
    const after = within(crashes, draw());
    return draw() < crashing ? { ...life, crashes: { after } } : life;
  };
};

const within = ([least, most]: TimeRange, random: number): number => Math.round(least + random * (most - least));

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
const dice = (seed: number): (() => number) => {
  let state = Math.trunc(seed);
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
