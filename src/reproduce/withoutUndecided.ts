import type { ClusterEvent } from '../index.js';
import type { Decisions } from './decisionsOf.js';
import { replayedDecisions } from './replay.js';
import type { Reproduction } from './reproduce.js';

/** What the master decides of an event it decides at once, also if it then forks for a while. */
const mostMs = 1_000;
/** Each needs a simulation. */
const mostEvents = 20;

/**
 * A reproduction without the last events of a recording if it ends between an event and what the master decided of it, as that of a file that was cut off: a simulation decides that, too.
 * They are as few as possible. Nothing is left out if the simulation differs in any other way.
 */
export const withoutUndecided = (
  events: readonly ClusterEvent[],
  reproduced: (events: readonly ClusterEvent[]) => Reproduction,
): Reproduction => {
  const all = reproduced(events);
  const last = events.at(-1);
  if (last === undefined || last.type === 'end') return all;
  const late = events.filter(({ time }) => time >= last.time - mostMs).length;
  for (let count = 0; count <= Math.min(late, mostEvents, events.length - 1); count += 1) {
    const shorter = count === 0 ? all : reproduced(events.slice(0, events.length - count));
    const decided = simulated(shorter);
    if (decided === undefined || !begins(decided, shorter.decisions)) return all;
    if (begins(shorter.decisions, decided))
      return count === 0 ? all : { ...shorter, assumptions: [leftOut(count), ...shorter.assumptions] };
  }
  return all;
};

/** `undefined`: that is said where it is asked for. */
const simulated = ({ config, script }: Reproduction): Decisions | undefined => {
  try {
    return replayedDecisions(config, script);
  } catch {
    return undefined;
  }
};

/** Whether the decisions in each slot begin with others. */
const begins = (decisions: Decisions, others: Decisions): boolean =>
  Object.entries(others).every(([track, list]) => list.every((decision, at) => decisions[track]?.[at] === decision));

const leftOut = (count: number): string =>
  `The ${count === 1 ? 'last event is' : `last ${count} events are`} left out: what the master decided then is not recorded.`;
