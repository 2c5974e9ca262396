import type { ClusterEvent } from '../index.js';
import type { MasterReport } from '../client.js';

/**
 * The events of workers that run, and whose fork the master does not keep any more: when they were forked, ready and available, as its status has it. They are before the first event that it keeps.
 */
export const runningWorkers = (
  clusters: MasterReport['clusters'],
  kept: readonly ClusterEvent[],
): readonly ClusterEvent[] => {
  const known = new Set(kept.flatMap((event) => (event.type === 'fork' ? [event.worker.id] : [])));
  const first = kept[0]?.time ?? Infinity;
  return clusters
    .flatMap(({ slots }) => slots.flatMap(({ workers }) => workers))
    .filter(({ id }) => !known.has(id))
    .flatMap(({ id, slot, generation, pid, cluster, forkedAt, readyAt = Infinity, availableAt = Infinity }) => {
      const worker = { id, slot, generation, cluster, ...(pid !== undefined && { pid }) };
      const event = { worker, cluster, seq: 0 };
      return [
        { ...event, type: 'fork', why: 'start', time: forkedAt },
        { ...event, type: 'ready', why: 'it was before', time: readyAt },
        { ...event, type: 'available', after: 0, time: availableAt },
      ] as const;
    })
    .filter(({ time }) => time <= first && time < Infinity)
    .toSorted((one, other) => one.time - other.time);
};
