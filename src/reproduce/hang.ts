import { type ClusterEvent, is } from '../index.js';
import type { WorkerBehaviour } from '../testing.js';

type Hang = Pick<WorkerBehaviour, 'hangs'>;

/** When a process that was forked at `forkedAt` did not run, and until when. Only the first time is known to a simulated worker. */
export const hangOf = (events: readonly ClusterEvent[], forkedAt: number): Hang => {
  const hung = events.find(is('hung'));
  if (hung === undefined) return {};
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
