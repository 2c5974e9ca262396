import { expect, test } from 'vitest';
import type { Config } from '../../src/index.js';
import { ordersOf } from './orders.js';
import { runReal } from './real.js';
import type { Script } from './script.js';
import { runSimulated } from './simulated.js';

/** Longer than any run, in ms. */
const never = 10_000_000;

const config: Config = {
  worker: 1,
  ready: 'listening',
  minReadyTime: 1,
  minUptime: never,
  readyTimeout: never,
  disconnectTimeout: never,
  backoff: { initial: 1, factor: 1, max: 1, jitter: 0 },
  health: false,
};

/** A script for one worker, unless the options say otherwise. No time-out ends before the run, unless the options say so. */
export const script = (options: Partial<Config>, lives: Script['lives'], outside: Script['outside']): Script => ({
  config: { ...config, ...options },
  lives,
  outside,
});

/** The second worker listens when the first one is available: otherwise they would race. */
export const oneAfterTheOther: Script['lives'] = [{}, { listening: 6 }];

/** A run with real processes that has not ended by then waits for something that does not come. */
const patienceMs = 15_000;

/** Runs each script on the simulated host and with real processes, and expects the same order of events. */
export const sameOnBothHosts = (scripts: Readonly<Record<string, Script>>): void => {
  test.each(Object.entries(scripts))('%s', async (_, one) => {
    const simulated = runSimulated(one);
    const real = await runReal(one, simulated, patienceMs);
    expect(ordersOf(real)).toEqual(ordersOf(simulated.keys));
  });
};
