import type { ClusterEvent } from '../features/index.js';
import { eventLine } from './eventLine.js';

/** How many of the last events an error shows. */
const shownEvents = 10;

/** A simulation that does not end was stopped. The message says what it did last. */
export class EndlessSimulationError extends Error {
  override readonly name = 'EndlessSimulationError';
  constructor(
    why: string,
    fix: string,
    /** What had happened by then. */
    readonly events: readonly ClusterEvent[],
  ) {
    const last = events.slice(-shownEvents).map(eventLine);
    super(`the simulation was stopped: ${why}. ${fix}. Its last events:\n${last.join('\n')}`);
  }
}
