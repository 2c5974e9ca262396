import { type ClusterEvent, is } from '../index.js';

/** How workers exited that did so in another way than by code 1, as asked, or by a signal of the master: the option `exits` of a diagram. */
export const exitsOf = (events: readonly ClusterEvent[]): Readonly<Record<string, number | string>> => {
  const killed = new Set(events.filter(is('kill')).map(({ worker }) => worker.id));
  const left = new Set(events.filter(is('leaving')).map(({ worker }) => worker.id));
  return Object.fromEntries(
    events
      .filter(is('exit'))
      .flatMap(({ worker, code, signal, requested, reason }): readonly (readonly [number, number | string])[] => {
        if (worker.slot === 0 || killed.has(worker.id)) return [];
        if (reason === 'spawn') return [[worker.id, 'not started']];
        if (signal !== null) return [[worker.id, signal]];
        const isUsual = requested || code === null || code === (left.has(worker.id) ? 0 : 1);
        return isUsual ? [] : [[worker.id, code]];
      }),
  );
};
