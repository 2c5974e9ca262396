import { type ClusterEvent, type EventOf, is } from '../index.js';
import type { WorkerBehaviour } from '../testing.js';

/** How a process ends. Times in ms: those of `leaves` and `terminates` from what it is told, all others from its fork. */
export type Ending = Pick<WorkerBehaviour, 'crashes' | 'leaves' | 'terminates' | 'walksOut' | 'terminated' | 'spawns'>;

/**
 * The end of a process that was forked at `forkedAt`, by its events. What a process would have done if it had been asked to leave is known only of those
 * that were asked: for the others `leaves` stays out.
 */
export const endingOf = (events: readonly ClusterEvent[], forkedAt: number): Ending => {
  const asksToBeReplaced = events.find(is('replace-request'));
  return {
    ...(asksToBeReplaced !== undefined && { terminated: asksToBeReplaced.time - forkedAt }),
    ...departure(events, forkedAt),
  };
};

const departure = (events: readonly ClusterEvent[], forkedAt: number): Ending => {
  const exit = events.find(is('exit'));
  const left = events.find(is('leaving'));
  const asked = events.find(is('retire'));
  const kills = events.filter(is('kill'));
  const sigterm = kills.find(({ signal }) => signal === 'SIGTERM');
  const killed = kills.find(({ signal }) => signal !== 'SIGTERM');
  if (exit?.reason === 'spawn') return { spawns: false };
  if (left !== undefined) {
    const age = left.time - forkedAt;
    // With `temporary` and `transient` a worker leaves on its first SIGTERM.
    const isTold = left.why === 'SIGTERM' && !events.some(is('replace-request'));
    const begins: Ending = isTold ? { terminated: age } : { walksOut: age };
    if (exit === undefined || killed !== undefined) return { ...begins, leaves: Infinity };
    if (exit.code === 0) return { ...begins, leaves: exit.time - left.time };
    return { ...begins, leaves: Infinity, crashes: crash(exit, forkedAt) };
  }
  if (asked !== undefined) {
    const until = killed ?? exit;
    // How long it would have taken is unknown: longer.
    if (until === undefined) return { leaves: Infinity };
    if (until.type === 'kill')
      return { leaves: until.why.startsWith('still there') ? Infinity : until.time - asked.time + 1 };
    if (until.signal !== null && until.signal !== 'SIGTERM')
      return { leaves: Infinity, crashes: crash(until, forkedAt) };
    if (sigterm !== undefined && sigterm.time > asked.time)
      return { leaves: Infinity, terminates: until.time - sigterm.time };
    const leaves = until.time - asked.time;
    return { leaves, ...(sigterm !== undefined && { terminates: leaves }) };
  }
  if (exit === undefined || killed !== undefined) return {};
  return { crashes: crash(exit, forkedAt) };
};

const crash = (
  { time, code, signal, cause }: EventOf<ClusterEvent, 'exit'>,
  forkedAt: number,
): NonNullable<Ending['crashes']> => ({
  after: time - forkedAt,
  ...(signal === null ? { code: code ?? 1 } : { signal }),
  ...(cause !== undefined && { message: cause.message }),
});
