import type { ClusterEvent } from '../index.js';
import type { Config } from '../testing.js';

/** Where what was drawn is no part of the event. */
const middle = 0.5;

/**
 * The random numbers that a master drew, in their order: for each departure, for the next start after a standby worker that failed, and with `recycle` for the limits of each worker and the pause after each turn.
 * Those of `recycle` are not recorded; the middle of their range stands for them.
 */
export const drawnOf = (events: readonly ClusterEvent[], recycle: Config['recycle'] = {}): readonly number[] => {
  const drawsLimits = recycle.age !== undefined || recycle.requests !== undefined;
  return events.flatMap((event): readonly number[] => {
    switch (event.type) {
      case 'departure':
        return [event.random];
      case 'standby-end':
        return event.delay === undefined ? [] : [event.random ?? middle];
      case 'available':
        return drawsLimits ? [middle] : [];
      case 'restart':
        // The time of day is no part of a simulation: what `recycle.at` asked for is an input there.
        return event.request.startsWith('recycle#') && !event.why.startsWith('recycle.at ') ? [middle] : [];
      default:
        return [];
    }
  });
};
