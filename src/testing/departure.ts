import type { Departure } from '../vocabulary/events.js';

/**
 * A departure to test a respawn policy with: the first worker of slot 1 of 2 exited with code 1 a second after its fork, for the first time, while the other slot serves.
 * `changes` replaces parts of it.
 *
 * @example
 * cold('a-b', { a: departure(), b: departure({ failures: 2 }) }).pipe(policy(permanent(), backoff()));
 */
export const departure = (changes: Partial<Departure> = {}): Departure => {
  const { slot = 1, uptime = 1_000 } = changes;
  return {
    slot,
    worker: { id: slot, slot, generation: 1, pid: 1_000 + slot, cluster: 'test' },
    exit: { code: 1, signal: null, requested: false, reason: 'crash', uptime },
    why: 'exited with code 1',
    uptime,
    early: true,
    failures: 1,
    spent: 1,
    everAvailable: true,
    failedStarts: 0,
    others: { serving: 1, viable: 1 },
    random: 0.5,
    ...changes,
  };
};
