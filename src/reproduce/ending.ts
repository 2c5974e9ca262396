import { type ClusterEvent, type Exit, is } from '../index.js';
import type { WorkerBehaviour } from '../testing.js';
import { featureEndings } from './featureEndings.js';

/** How a process ends. Times in ms: those of `leaves` and `terminates` from what it is told, all others from its fork. */
export type Ending = WorkerBehaviour;

/**
 * The end of a process that was forked at `forkedAt`, by its events. What a process would have done if it had been asked to leave is known only of those
 * that were asked: for the others `leaves` stays out.
 */
export const endingOf = (events: readonly ClusterEvent[], forkedAt: number): Ending => {
  const asksToBeReplaced = events.find(is('replace-request'));
  return {
    ...(asksToBeReplaced !== undefined && { terminated: asksToBeReplaced.time - forkedAt }),
    ...Object.assign({}, ...featureEndings.map(({ endingOf: ofFeature }) => ofFeature(events))),
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
    const asks = events.find(is('replace-request'));
    const isTold = left.why === 'SIGTERM' && (asks === undefined || asks.time === left.time);
    const closed = events.find(is('disconnect'));
    const begins: Ending = isTold
      ? { terminated: age }
      : { walksOut: age, ...(closed !== undefined && { disconnects: closed.time - left.time }) };
    if (exit === undefined || killed !== undefined) return { ...begins, leaves: Infinity };
    if (exit.code === 0) return { ...begins, leaves: exit.time - left.time };
    return { ...begins, leaves: Infinity, crashes: crash(exit, exit.time - forkedAt) };
  }
  if (asked !== undefined) {
    const until = killed ?? exit;
    // How long it would have taken is unknown: longer.
    if (until === undefined) return { leaves: Infinity };
    if (until.type === 'kill')
      return { leaves: until.why.startsWith('still there') ? Infinity : until.time - asked.time + 1 };
    if (until.signal !== null && until.signal !== 'SIGTERM')
      return { leaves: Infinity, crashes: crash(until, until.time - forkedAt) };
    if (sigterm !== undefined && sigterm.time > asked.time)
      return { leaves: Infinity, terminates: until.time - sigterm.time };
    const leaves = until.time - asked.time;
    return { leaves, ...(sigterm !== undefined && { terminates: leaves }) };
  }
  if (exit === undefined || killed !== undefined) return {};
  return { crashes: crash(exit, exit.time - forkedAt) };
};

/** An exit at this age, in ms. */
export const crash = (
  { code, signal, cause }: Pick<Exit, 'code' | 'signal' | 'cause'>,
  after: number,
): NonNullable<Ending['crashes']> => ({
  after,
  ...(signal === null ? { code: code ?? 1 } : { signal }),
  ...(cause !== undefined && { message: cause.message }),
});
