import { type ClusterEvent, is } from '../index.js';
import { dueForks } from './dueForks.js';

/** A worker of a run: its events, and when it was to be forked. */
export interface Known {
  readonly id: number;
  /** 0 for a standby worker. */
  readonly slot: number;
  readonly at: number;
  readonly events: readonly ClusterEvent[];
  /** It was already there when the recording begins. */
  readonly early: boolean;
}

/**
 * The workers in the order in which they were to be forked. Of those that were there before the recording, the latest one of each slot. A standby worker that still boots at the end is not among them, because its fork is no event.
 */
export const knownWorkers = (events: readonly ClusterEvent[]): readonly Known[] => {
  const byId = new Map<number, ClusterEvent[]>();
  for (const event of events) {
    // A departure and a decision name a worker that has left already.
    if (!('worker' in event) || event.worker === undefined || 'slot' in event) continue;
    const own = byId.get(event.worker.id);
    if (own === undefined) byId.set(event.worker.id, [event]);
    else own.push(event);
  }
  const due = dueForks(events);
  const workers = [...byId].flatMap(([id, own]) => knownWorker(id, own, due.get(id)));
  const latest = new Map(workers.filter(({ early }) => early).map((worker) => [worker.slot, worker.id]));
  return workers
    .filter(({ early, slot, id }) => !early || latest.get(slot) === id)
    .toSorted((one, other) => one.at - other.at);
};

const knownWorker = (id: number, events: readonly ClusterEvent[], due: number | undefined): readonly Known[] => {
  const standby = events.find(is('standby-begin'));
  if (standby !== undefined) return [{ id, events, slot: 0, at: standby.time - standby.after, early: false }];
  const failed = events.find(is('standby-end'));
  if (failed !== undefined) {
    const age = failed.age ?? failed.exit?.uptime;
    return age === undefined ? [] : [{ id, events, slot: 0, at: failed.time - age, early: false }];
  }
  // Not as arguments of Math.max: a recording may have many events of a worker.
  const slot = events.reduce((highest, event) => Math.max(highest, slotOf(event)), 0);
  if (slot === 0) return [];
  if (due !== undefined) return [{ id, events, slot, at: due, early: false }];
  // Its age says when it was forked. Where nothing says its age, it is as old as it can be.
  const aged = events.find(is('leaving', 'exit'));
  return [{ id, events, slot, at: aged === undefined ? 0 : Math.max(0, aged.time - aged.uptime), early: true }];
};

/** The slot that an event is about; 0 for none. */
export const slotOf = (event: ClusterEvent): number => {
  if ('slot' in event && event.slot !== undefined) return event.slot;
  return 'worker' in event ? (event.worker?.slot ?? 0) : 0;
};
