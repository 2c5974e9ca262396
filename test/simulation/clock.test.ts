import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hour } from '../marbles.js';
import { run } from './run.js';
import { schedule } from './schedule.js';
import { ms } from './arbitraries.js';
import { firstSeed } from './simulate.js';

/** All that happened, without the time of day. */
const happened = ({ events, end }: ReturnType<typeof run>) => ({
  events: events.map(({ time: _, ...event }) => event),
  end,
});

test('a step of the time of day, forward or back, changes nothing that happens', () => {
  const step = fc.record({ at: ms(0, 60), by: fc.constantFrom(hour, -hour) });
  fc.assert(
    fc.property(schedule, step, (one, step) => {
      expect(happened(run(one, Infinity, step))).toEqual(happened(run(one)));
    }),
    { seed: firstSeed, numRuns: 100 },
  );
});

test('but an event tells the time of day that was when it happened', () => {
  fc.assert(
    fc.property(schedule, (one) => {
      const at = 2;
      for (const { time, type } of run(one, Infinity, { at, by: hour }).events) {
        expect({ type, late: time >= hour }).toEqual({ type, late: time >= hour + at });
      }
    }),
    { seed: firstSeed, numRuns: 20 },
  );
});
