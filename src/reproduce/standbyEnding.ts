import { type ClusterEvent, is } from '../index.js';
import { crash, type Ending } from './ending.js';
import type { Known } from './knownWorkers.js';

/** How long a master waits for the exit of a standby worker whose channel has closed, in ms. */
const exitWaitMs = 1_000;

/**
 * The end of a process that was to be a standby worker and took no slot, by its events. It is known where the process has failed by itself; one that was dismissed, or that hangs, would have lived on.
 * When it was gone is no event. The next process of its place shows it, which waits for that, and then for `delay` or a restart that has replaced its first worker (`releases`): the first process
 * that has not shown it of another one (`shown`).
 */
export const standbyEnding = (
  { events, at }: Known,
  workers: readonly Known[],
  releases: readonly number[],
  shown: Set<number>,
): Ending => {
  const end = events.find(is('standby-end'));
  if (end === undefined) return {};
  const { exit, time, delay } = end;
  if (exit !== undefined) return exit.reason === 'spawn' ? { spawns: false } : { crashes: crash(exit, time - at) };
  const release = releases.find((released) => released >= time) ?? Infinity;
  const first = Math.min(time + (delay ?? 0), release);
  const next = workers.find((worker) => worker.slot === 0 && worker.at >= first && !shown.has(worker.id));
  if (next !== undefined) shown.add(next.id);
  return {
    ...reasonOf(end.why, time - at, events),
    ...(next !== undefined && next.at !== release && { leaves: next.at - (next.at > release ? time : first) }),
    ...(next === undefined && delay !== undefined && { leaves: Infinity }),
  };
};

const reasonOf = (why: string, age: number, events: readonly ClusterEvent[]): Ending => {
  if (events.some(is('hung'))) return {};
  if (why.startsWith('its channel has closed')) return { walksOut: age - exitWaitMs };
  if (why.startsWith('it left: ')) return { walksOut: age };
  if (why.startsWith('it got ')) return { terminated: age };
  return why.startsWith('it listens without asking') ? { reusePort: true } : {};
};
