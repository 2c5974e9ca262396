import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ClusterEvent, is } from '../../src/index.js';
import { decisionsOf } from '../../src/reproduce/decisionsOf.js';
import { replayedDecisions } from '../../src/reproduce/replay.js';
import { playableDiagram } from '../../src/reproduce/playableDiagram.js';
import { reproduce } from '../../src/reproduce/reproduce.js';
import {
  checkDiagramText,
  type Config,
  type Input,
  type InputName,
  simulate,
  type WorkerBehaviour,
} from '../../src/testing.js';
import { among, ms, pick } from '../simulation/arbitraries.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** How fast it is, depends on what else runs; here it must only end. */
const patienceMs = 300_000;

/** Times are long and drawn evenly, so that no two causes come in the same millisecond: those have no order that a recording could tell. */
const time = (min: number, max: number) => fc.noBias(ms(min, max));

const config: fc.Arbitrary<Config> = fc.record({
  worker: among([3, 1], [6, 2], [4, 3], [2, 4]),
  maxSurge: among<NonNullable<Config['maxSurge']>>([3, 1], [2, 0], [2, '50%'], [1, '100%']),
  ready: among<'auto' | 'online' | 'message'>([4, 'auto'], [1, 'online'], [1, 'message']),
  respawn: among<'permanent' | 'transient' | 'temporary'>([7, 'permanent'], [1, 'transient'], [1, 'temporary']),
  maxForkCount: ms(1, 8),
  minUptime: time(1, 40_000),
  backoff: fc.record({
    initial: time(0, 8_000),
    factor: ms(1, 3),
    max: time(8_000, 40_000),
    jitter: among([2, 0], [1, 0.2]),
  }),
  disconnectTimeout: time(5_100, 40_000),
  readyTimeout: time(4_000, 30_000),
  minReadyTime: time(0, 6_000),
  health: fc.constant({ interval: 1_000, timeout: 5_000 }),
  leader: among([2, true], [1, false]),
  standby: among([1, 0], [1, 1]),
});

const boots: fc.Arbitrary<WorkerBehaviour> = pick<WorkerBehaviour>(
  [8, fc.record({ online: time(1, 500), listening: time(500, 2_000), saysReady: time(500, 2_000) })],
  [3, fc.record({ online: time(0, 8_000), listening: time(0, 20_000), saysReady: time(0, 20_000) })],
  [1, fc.record({ online: time(1, 500), listening: fc.constant(false), saysReady: time(0, 20_000) })],
  [1, fc.constant({ spawns: false })],
);

const crash = (after: fc.Arbitrary<number>): fc.Arbitrary<WorkerBehaviour> =>
  fc.record({
    crashes: pick<NonNullable<WorkerBehaviour['crashes']>>(
      [1, fc.record({ after, code: ms(0, 3) })],
      [1, fc.record({ after, signal: fc.constantFrom('SIGSEGV', 'SIGKILL') })],
    ),
  });

const ends: fc.Arbitrary<WorkerBehaviour> = pick<WorkerBehaviour>(
  [10, fc.constant({})],
  [3, crash(time(1, 4_000))],
  [4, crash(time(4_000, 25_000))],
  [3, crash(time(1, 90_000))],
  [1, fc.record({ walksOut: time(1, 60_000) })],
  [1, fc.record({ terminated: time(1, 60_000) })],
  [
    2,
    fc.record({
      hangs: fc.record({
        after: time(3_000, 60_000),
        for: time(1_000, 30_000),
        how: fc.constantFrom('loop' as const, 'stopped' as const, 'blocked' as const),
      }),
    }),
  ],
);

const partings: fc.Arbitrary<WorkerBehaviour> = pick<WorkerBehaviour>(
  [8, fc.record({ leaves: time(1, 5_000) })],
  [3, fc.record({ leaves: time(0, 50_000) })],
  [1, fc.constant({ leaves: Infinity })],
  [1, fc.record({ leaves: fc.constant(Infinity), terminates: time(0, 5_000) })],
);

const worker: fc.Arbitrary<WorkerBehaviour> = fc
  .tuple(boots, ends, partings)
  .map((parts): WorkerBehaviour => Object.assign({}, ...parts));

const input: fc.Arbitrary<Input> = fc.record({
  at: time(1, 120_000),
  input: among<InputName>(
    [6, 'restart'],
    [2, 'restart 1'],
    [3, 'SIGUSR2'],
    [2, 'pause 1'],
    [1, 'resume 1'],
    [1, 'scale 1'],
    [1, 'scale 3'],
    [1, 'SIGTTIN'],
    [1, 'SIGINT'],
    [1, 'shutdown'],
    [1, 'force'],
  ),
});

/** Whether two workers change in the same millisecond who may be the leader, or one is resumed then that becomes it. Which of them was first is not what a recording tells of. */
const hasTies = (events: readonly ClusterEvent[]): boolean => {
  if (!events.some(is('leader-begin'))) return false;
  const resumed = new Set(events.filter(is('resume')).map(({ time, worker }) => `${time} ${worker.id}`));
  if (events.some((event) => event.type === 'leader-begin' && resumed.has(`${event.time} ${event.worker.id}`)))
    return true;
  const changes = new Map<number, number>();
  return events.filter(is('ready', 'leader-end')).some(({ time, worker }) => {
    const other = changes.get(time);
    changes.set(time, worker.id);
    return other !== undefined && other !== worker.id;
  });
};

/** With `ready: 'online'` nothing tells whether a standby worker that hangs as it takes over has been online before. */
const takesOver = (events: readonly ClusterEvent[]): boolean => events.some(is('takeover'));

/** Whether a standby worker hangs as it takes over, and the recording ends, or the worker, before the master says so. */
const hangsUnseen = (events: readonly ClusterEvent[]): boolean => {
  const seen = new Set(events.filter(is('listening', 'ready', 'hung')).map(({ worker }) => worker.id));
  return events.some((event) => event.type === 'takeover' && !seen.has(event.worker.id));
};

/** Whether a worker that may hang is asked to pause or to resume. When it was asked is no event: only that it did so, or how long it did not answer. */
const asksHanging = (workers: readonly WorkerBehaviour[], inputs: readonly Input[]): boolean =>
  inputs.some(({ input }) => /^(?:pause|resume) /.test(input)) && workers.some(({ hangs }) => hangs !== undefined);

/** Whether a process that was to be a standby worker is told to leave. How long it takes is no event, and the next one and the end of the cluster wait for it. */
const dismissesStandby = (events: readonly ClusterEvent[]): boolean =>
  events.some((event) => event.type === 'standby-end' && event.exit === undefined);

/** The events of a run whose order a recording tells. */
const recorded = (
  options: Config,
  workers: readonly WorkerBehaviour[],
  inputs: readonly Input[],
  drawn: readonly number[],
): readonly ClusterEvent[] => {
  let draws = 0;
  const { events } = simulate(options, {
    duration: 200_000,
    workers,
    inputs,
    random: () => drawn[draws++ % drawn.length] ?? 0.5,
  });
  fc.pre(!hasTies(events) && !dismissesStandby(events) && !hangsUnseen(events) && !asksHanging(workers, inputs));
  fc.pre(!(options.ready === 'online' && takesOver(events)));
  return events;
};

const given = [
  config,
  fc.array(worker, { minLength: 4, maxLength: 14 }),
  fc.array(input, { maxLength: 4 }),
  fc.array(fc.constantFrom(0, 0.25, 0.5, 0.999), { minLength: 5, maxLength: 5 }),
] as const;

test(
  `a simulated run is reproduced from its events alone: SEED=${seed}`,
  () => {
    fc.assert(
      fc.property(...given, (options, workers, inputs, drawn) => {
        const events = recorded(options, workers, inputs, drawn);
        const reproduction = reproduce(events, options);
        expect(replayedDecisions(reproduction.config, reproduction.script)).toEqual(decisionsOf(events));
      }),
      { seed, numRuns: Number(process.env['SCHEDULES'] ?? 50) },
    );
  },
  patienceMs,
);

test(
  `a diagram that is written comes out as it is drawn: SEED=${seed}`,
  () => {
    let written = 0;
    fc.assert(
      fc.property(...given, (options, workers, inputs, drawn) => {
        const diagram = playableDiagram(reproduce(recorded(options, workers, inputs, drawn), options));
        // Some have what no sign can say, such as a worker that listens before it is online.
        if ('why' in diagram) return;
        written += 1;
        expect(() => checkDiagramText(`# A run\n\nIt was recorded.\n\n${diagram.sections}`)).not.toThrow();
      }),
      { seed, numRuns: 10 },
    );
    expect(written).toBeGreaterThan(0);
  },
  patienceMs,
);
