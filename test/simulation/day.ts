import * as fc from 'fast-check';
import type { WorkerBehaviour } from '../../src/testing/simulatedHost.js';
import { fixedFeatureRules } from './features.js';
import { among, ms, pick } from './arbitraries.js';
import type { Act, Command, Schedule } from './schedule.js';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Boots in half a second to five, and leaves in up to ten. */
const boots: fc.Arbitrary<WorkerBehaviour> = fc.record({ listening: ms(500, 5_000), leaves: ms(0, 10_000) });

/** A worker that hangs at some time of the day, for good or for a while. */
const hang = (duration: fc.Arbitrary<number>): fc.Arbitrary<NonNullable<WorkerBehaviour['hangs']>> =>
  fc.record({
    after: ms(minute, 12 * hour),
    for: duration,
    how: fc.constantFrom<('loop' | 'stopped' | 'blocked')[]>('loop', 'stopped', 'blocked'),
  });

/** Most workers live until they are asked to leave. */
const lives: fc.Arbitrary<WorkerBehaviour> = pick<WorkerBehaviour>(
  [10, fc.constant({})],
  [4, fc.record({ crashes: fc.record({ after: ms(minute, 12 * hour) }) })],
  [1, fc.record({ crashes: fc.record({ after: ms(1, 5 * second) }) })],
  [1, fc.record({ terminated: ms(minute, 12 * hour) })],
  [1, fc.record({ leaves: fc.constant(Infinity) })],
  [2, fc.record({ hangs: hang(fc.constant(Infinity)) })],
  [1, fc.record({ hangs: hang(ms(second, 5 * minute)) })],
);

const worker: fc.Arbitrary<WorkerBehaviour> = fc
  .tuple(boots, lives)
  .map((parts): WorkerBehaviour => Object.assign({}, ...parts));

const act: fc.Arbitrary<Act> = among<Act>(
  [6, 'restart'],
  [2, 'restart slot 1'],
  [2, 'restart slot 2'],
  [2, 'scale to 2'],
  [2, 'scale to 5'],
  [2, 'SIGTTIN'],
  [2, 'SIGTTOU'],
  [3, 'pause: slot 1'],
  [3, 'pause: slot 2'],
  [3, 'pause: end in slot 1'],
  [3, 'pause: end in slot 2'],
);

const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.record({ act, at: fc.noBias(ms(minute, day - minute)), late: fc.constant(false) }),
  { minLength: 20, maxLength: 60 },
);

/** A day of a service with the options of a real one: crashes, hangs, age, restarts, pauses and scaling, hours apart or together. Without a limit of memory, for which each worker would be sampled each second. */
export const days: fc.Arbitrary<Schedule> = fc.record({
  rules: fc
    .record({
      worker: ms(2, 4),
      maxSurge: among<Schedule['rules']['maxSurge']>([3, 1], [1, 0], [1, '25%']),
      respawn: fc.constant('permanent' as const),
      ready: fc.constant('auto' as const),
      maxForkCount: fc.constant(100),
      minUptime: fc.constant(second),
      backoff: fc.constant({ initial: 100, factor: 2, max: 30 * second, jitter: 0.2 }),
      maxBooting: fc.constant('any' as const),
      leader: fc.boolean(),
      stats: fc.constant(false),
      health: fc.constant({}),
      standby: ms(0, 1),
      recycle: fc.record({
        age: fc.constant(6 * hour),
        at: fc.constant('0 3 * * *'),
      }),
      disconnectTimeout: fc.constant(60 * second),
      readyTimeout: fc.constant(60 * second),
      minReadyTime: fc.constant(second),
    })
    .map((varied) => Object.assign({}, fixedFeatureRules, varied)),
  workers: fc.array(worker, { minLength: 60, maxLength: 60 }),
  others: fc.constant<WorkerBehaviour>({ listening: second }),
  commands,
  sizes: fc.constant([]),
  until: fc.constant(day),
  random: fc.constantFrom(0, 0.5, 0.999),
});
