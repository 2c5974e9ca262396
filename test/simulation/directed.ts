import * as fc from 'fast-check';
import type { WorkerBehaviour } from '../../src/testing/simulatedHost.js';
import { ms, pick } from './arbitraries.js';
import { fixedFeatureRules } from './features.js';
import type { Command, Schedule } from './schedule.js';

const rules: Schedule['rules'] = {
  worker: 2,
  maxSurge: 1,
  maxBooting: 'any',
  ready: 'listening',
  respawn: 'permanent',
  maxForkCount: 2,
  minUptime: 1_000,
  backoff: { initial: 2, factor: 1, max: 2, jitter: 0 },
  disconnectTimeout: 30,
  readyTimeout: 20,
  minReadyTime: 2,
  ...fixedFeatureRules,
  standby: 0,
  stats: false,
};

const planned = (
  given: Partial<Schedule['rules']>,
  workers: readonly WorkerBehaviour[],
  commands: readonly Command[],
): Schedule => ({
  rules: { ...rules, ...given },
  workers,
  others: {},
  commands,
  sizes: [],
  until: 120,
  random: 0.5,
});

/** A worker that is ready because it is online, and paused, until another one listens: then it has to listen, too, and is late with that. */
const lateBootOfPaused = fc
  .record({ minReadyTime: ms(4, 8), listening: ms(1, 3), paused: ms(0, 1), leaves: ms(0, 10) })
  .map(({ minReadyTime, listening, paused, leaves }) => {
    const listensAt = 1 + minReadyTime + listening;
    return planned(
      { ready: 'auto', minReadyTime, readyTimeout: 25 },
      [
        { online: 1, listening: false, leaves },
        { online: 1, listening: listensAt },
      ],
      [{ act: 'pause: slot 1', at: listensAt + paused, late: true }],
    );
  });

/** Two of three slots are paused together, in any order. */
const pauseBesidePaused = fc
  .record({ first: ms(5, 20), gap: ms(0, 10), turns: ms(0, 4), size: ms(3, 5) })
  .map(({ first, gap, turns, size }) =>
    planned(
      { worker: size },
      [{ turns }, { turns }],
      [
        { act: 'pause: slot 1', at: first, late: false },
        { act: 'pause: slot 2', at: first + gap, late: false },
        { act: 'pause: end in slot 1', at: first + gap + 20, late: false },
      ],
    ),
  );

/** The budget is spent while the only other worker, which has failed before, is paused: the cluster gives up. What was paused leaves slowly, and perhaps by force. */
const givesUpWhilePaused = fc
  .record({ crashes: ms(20, 35), turns: ms(0, 6), leaves: ms(10, 40), force: fc.option(ms(0, 9), { nil: undefined }) })
  .map(({ crashes, turns, leaves, force }) =>
    planned(
      {},
      [{ crashes: { after: 4 } }, { crashes: { after: crashes } }, { turns, leaves }],
      [
        { act: 'pause: slot 1', at: 10, late: false },
        ...(force === undefined ? [] : [{ act: 'force' as const, on: 'give-up' as const, nth: 1, wait: force }]),
      ],
    ),
  );

/** The cluster gives up while a standby worker hangs that is in no slot, and cannot hear that it is to leave. */
const givesUpBesideHungStandby = fc
  .record({
    crashes: ms(12, 20),
    hangs: ms(4, 12),
    how: fc.constantFrom('loop' as const, 'stopped' as const, 'blocked' as const),
  })
  .map(({ crashes, hangs, how }) =>
    planned(
      { worker: 1, maxForkCount: 1, standby: 1, health: { interval: 2, timeout: 8 } },
      [{ crashes: { after: crashes } }, { hangs: { after: hangs, how } }],
      [],
    ),
  );

/** Situations that chance alone hardly ever brings about, with what may vary in them. */
export const directed: fc.Arbitrary<Schedule> = pick(
  [1, lateBootOfPaused],
  [1, pauseBesidePaused],
  [2, givesUpWhilePaused],
  [1, givesUpBesideHungStandby],
);
