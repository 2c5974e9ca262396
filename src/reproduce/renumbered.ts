import { type ClusterEvent, is } from '../index.js';

/** Events whose restarts are numbered from 1, as those of a simulation, which has not had those before the recording. */
export const renumbered = (events: readonly ClusterEvent[]): readonly ClusterEvent[] => {
  const before = (events.find(is('restart-begin'))?.roll ?? 1) - 1;
  if (before === 0) return events;
  return events.map((event) =>
    'roll' in event && typeof event.roll === 'number' ? Object.assign({}, event, { roll: event.roll - before }) : event,
  );
};
