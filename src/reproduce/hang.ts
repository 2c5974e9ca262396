import { type ClusterEvent, is } from '../index.js';
import type { WorkerBehaviour } from '../testing.js';

type Hang = Pick<WorkerBehaviour, 'hangs'>;

/** When a process that was forked at `forkedAt` did not run, and until when. Only the first time is known to a simulated worker. */
export const hangOf = (events: readonly ClusterEvent[], forkedAt: number): Hang => {
  const hung = events.find(is('hung'));
  if (hung === undefined) return lateTakeover(events, forkedAt);
  const after = Math.max(0, hung.time - hung.silent - 1 - forkedAt);
  const recovered = events.find((event) => event.type === 'recovered' && event.from === 'hung');
  return {
    hangs: {
      after,
      how: hung.why === 'boot' ? 'blocked' : hung.why,
      ...(recovered !== undefined && { for: recovered.time - forkedAt - after }),
    },
  };
};

/** How soon a standby worker is online and listens that has a slot, in ms: it has booted. One that takes longer does not run meanwhile. */
const takeoverMs = 250;

const lateTakeover = (events: readonly ClusterEvent[], forkedAt: number): Hang => {
  const taken = events.find(is('takeover'));
  const ready = events.find((event) => event.type === 'ready' && event.why === 'is online');
  const heard = [events.find(is('online')), events.find(is('listening')), ready].map((event) => event?.time ?? 0);
  const latest = Math.max(...heard);
  if (taken === undefined || latest - taken.time < takeoverMs) return {};
  return {
    hangs: { after: taken.time - forkedAt, for: latest - taken.time - 1, how: 'blocked' },
  };
};
