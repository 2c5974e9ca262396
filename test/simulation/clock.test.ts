import { isDeepStrictEqual } from 'node:util';
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
      const [stepped, same] = [happened(run(one, Infinity, step)), happened(run(one))];
      // Matchers of vitest compare a long history many times as slowly.
      expect(isDeepStrictEqual(stepped, same) ? same : stepped).toBe(same);
    }),
    { seed: firstSeed, numRuns: 15 },
  );
});

test('but an event has the time of day at which it happened', () => {
  fc.assert(
    fc.property(schedule, (one) => {
      const at = 2;
      const { events } = run(one, Infinity, { at, by: hour });
      expect(events.filter(({ time }) => time >= hour !== time >= hour + at)).toEqual([]);
    }),
    { seed: firstSeed, numRuns: 20 },
  );
});
