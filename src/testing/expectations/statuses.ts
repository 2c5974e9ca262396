import { type ClusterStatus, foldStatus, type MasterStatus } from '../../status.js';
import type { Simulation } from '../simulation.js';

/** What the cluster did from a time, when all events of that time had happened, until the next event. */
interface Lasting {
  readonly from: number;
  readonly to: number;
  readonly status: ClusterStatus;
}

/** The statuses of a simulation, one for each time at which something happened. */
export function* statusesOf({ events, endedAt }: Simulation): Iterable<Lasting> {
  let folded: MasterStatus = [];
  for (const [index, event] of events.entries()) {
    folded = foldStatus(folded, event);
    const next = events[index + 1];
    const [status] = folded;
    if (status !== undefined && next?.time !== event.time)
      yield { from: event.time, to: next?.time ?? endedAt, status };
  }
}
