import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { quietBegin } from '../../src/reproduce/quietBegin.js';
import { renumbered } from '../../src/reproduce/renumbered.js';
import { replayedDecisions } from '../../src/reproduce/replay.js';
import { reproduce } from '../../src/reproduce/reproduce.js';
import { type Config, type Input, simulate, type WorkerBehaviour } from '../../src/testing.js';
import { recording, worker } from './recorded.js';

const config: Config = { worker: 2, minReadyTime: 500, minUptime: 2_000, backoff: { initial: 200, jitter: 0 } };

/** Two workers that boot for a second, of which the first one crashes, and two restarts. */
const { events } = simulate(config, {
  duration: 200_000,
  workers: (_, fork) => ({
    online: 300 + fork * 7,
    listening: 1_000 + fork * 11,
    leaves: 400 + fork * 13,
    ...(fork === 1 && { crashes: { after: 30_011 } }),
    ...(fork === 4 && { crashes: { after: 80_017 } }),
  }),
  inputs: [
    { at: 60_000, input: 'restart' },
    { at: 120_000, input: 'restart' },
    { at: 190_000, input: 'shutdown' },
  ],
});

/** What the events from this one on are played from. */
const beginAfter = (found: (event: ClusterEvent) => boolean): string => {
  const rest = events.slice(events.findIndex(found) + 1);
  const { type, time } = rest[quietBegin(rest)] ?? { type: 'nothing', time: 0 };
  return `${type} ${time}`;
};
const of =
  (type: ClusterEvent['type'], roll?: number) =>
  (event: ClusterEvent): boolean =>
    event.type === type && (roll === undefined || ('roll' in event && event.roll === roll));

test('a run that is recorded from its middle on begins where nothing goes on any more that began before', () => {
  // The start ends with `started`.
  expect(beginAfter(of('fork'))).toBe('listening 1011');
  expect(beginAfter(of('ready'))).toBe('listening 1011');
  // The respawn ends with its fork.
  expect(beginAfter(of('exit'))).toBe('online 30332');
  expect(beginAfter(of('departure'))).toBe('online 30332');
  // A restart ends with its end.
  const end = events.find(of('restart-end', 1));
  expect(beginAfter(of('restart-begin', 1)).split(' ')[1]).toBe(
    String(events.find(({ seq }) => seq > (end?.seq ?? 0))?.time),
  );
  // Nothing of it is left out between two restarts.
  const quiet = events.slice(events.findIndex(of('restart-end', 1)) + 1);
  expect(quietBegin(quiet)).toBe(0);
});

test('what follows from something that is left out is left out, too', () => {
  const types = ['restart', 'started', 'restart-begin', 'restart-end', 'exit'];
  const given = types.map((type, time) => ({ type, time, roll: 1, requested: false, worker: worker(1) }));
  expect(quietBegin(recording(given, { first: 9 }))).toBe(4);
});

test('what follows missing events is not left out', () => {
  const start = events.findIndex(of('restart-begin', 1)) + 1;
  const damaged = events.slice(start).toSpliced(1, 1);
  expect(quietBegin(damaged)).toBe(0);
});

test('restarts are numbered from the first one that is recorded', () => {
  const late = events.slice(events.findIndex(of('restart-end', 1)) + 1);
  expect(renumbered(late).filter(of('restart-end', 1))).toHaveLength(1);
  expect(renumbered(events)).toBe(events);
});

/** What is assumed of the events after one, and up to another one. */
const assumedAfter = (found: (event: ClusterEvent) => boolean, to?: (event: ClusterEvent) => boolean) =>
  reproduce(events.slice(events.findIndex(found) + 1, to === undefined ? undefined : events.findIndex(to) + 1), config)
    .assumptions;

test('what is left out is said, and where nothing would be left', () => {
  expect(assumedAfter(of('exit'))).toContainEqual(
    expect.stringMatching(
      /^The first \d events are left out, up to .*Z: what they belong to, such as a restart, began before the recording\.$/,
    ),
  );
  expect(assumedAfter(of('restart-begin', 1), of('restart-end', 1))).toContainEqual(
    expect.stringMatching(/^What goes on when the recording begins.*Take a recording that begins earlier\.$/),
  );
});

const ms = (min: number, max: number) => fc.noBias(fc.integer({ min, max }));

const life: fc.Arbitrary<WorkerBehaviour> = fc.record({
  online: ms(50, 400),
  listening: ms(400, 1_300),
  leaves: ms(5, 900),
  crashes: fc.record({ after: fc.oneof(ms(4_000, 200_000), fc.constant(Infinity)) }),
});

const inputs: fc.Arbitrary<readonly Input[]> = fc
  .tuple(ms(60_000, 110_000), ms(160_000, 250_000), ms(390_000, 399_000))
  .map(([first, second, last]): readonly Input[] => [
    { at: first, input: 'restart' },
    { at: second, input: 'restart' },
    { at: last, input: 'shutdown' },
  ]);

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

test(`wherever a recording begins, its run is reproduced: SEED=${seed}`, () => {
  fc.assert(
    fc.property(fc.array(life, { minLength: 14, maxLength: 14 }), inputs, ms(1, 700), (workers, given, part) => {
      const run = simulate(config, { duration: 400_000, workers, inputs: given }).events;
      const reproduction = reproduce(run.slice(1 + Math.floor((run.length * part) / 1_000)), config);
      expect(replayedDecisions(reproduction.config, reproduction.script)).toEqual(reproduction.decisions);
    }),
    { seed, numRuns: Number(process.env['SCHEDULES'] ?? 30) },
  );
});
