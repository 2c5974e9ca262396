import type { ClusterEvent } from '../index.js';

/** A fork is late by what the master does meanwhile. What is later than this has waited for something else, in ms. */
const mostLateMs = 1_000;

/**
 * When each worker was to be forked, by its id: when the event that caused its fork was emitted, or the delay of its respawn was over. A real master needs some milliseconds for each fork, and
 * does nothing else meanwhile, so the last of many workers is forked late. In a simulation it is not.
 *
 * ```
 * backoff (100 ms)  ---b-------------
 * fork              ---------------f-    112 ms later
 * result            -------------d---
 * ```
 */
export const dueForks = (events: readonly ClusterEvent[]): ReadonlyMap<number, number> => {
  const due = new Map<number, number>();
  const respawns = new Map<number, number>();
  // When what is being done now was caused.
  let cause = 0;
  for (const event of events) {
    if (event.type !== 'fork') {
      cause = event.time;
      if ((event.type === 'backoff' || event.type === 'degraded') && event.delay !== undefined)
        respawns.set(event.slot, event.time + event.delay);
      continue;
    }
    const { worker, why, time } = event;
    const begun = Math.max(cause, why === 'respawn' ? (respawns.get(worker.slot) ?? 0) : 0);
    due.set(worker.id, begun > time || time - begun > mostLateMs ? time : begun);
  }
  return due;
};
