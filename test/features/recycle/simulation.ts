import * as fc from 'fast-check';
import type { RecycleOptions } from '../../../src/features/recycle/index.js';
import { among, ms, pick } from '../../simulation/arbitraries.js';
import { at, walk } from '../../simulation/crew.js';
import type { FeatureSimulation, Invariant } from '../../simulation/feature.js';
import type { History } from '../../simulation/run.js';

const isRecycling = (request: string): boolean => request.startsWith('recycle#');

/** One worker is replaced for this reason at a time, never during another restart, and each restart follows from a `recycle` of that worker. */
export const recycledOneAtATime = ({ events }: Pick<History, 'events'>): string | undefined => {
  const decided = new Map<string, number>();
  let rolling = false;
  let current: string | undefined;
  for (const event of events) {
    if (event.type === 'recycle') decided.set(`recycle#${event.seq}`, event.worker.id);
    if (event.type === 'restart-begin') rolling = true;
    if (event.type === 'restart-end' || event.type === 'restart-abort') {
      rolling = false;
      if (current !== undefined && event.requests.includes(current)) current = undefined;
    }
    if (event.type !== 'restart' || !isRecycling(event.request)) continue;
    if (rolling) return `recycling during a restart ${at(event)}`;
    if (current !== undefined) return `${event.request} before the end of ${current} ${at(event)}`;
    if (event.worker === undefined || decided.get(event.request) !== event.worker.id)
      return `${event.request} without a decision ${at(event)}`;
    decided.delete(event.request);
    current = event.request;
  }
  return undefined;
};

const minuteMs = 60_000;

/** A worker is recycled when it has been available, for its age only when it is as old as its limit, and again only a minute after a restart has kept it. */
const recycledForAReason: Invariant = (history) => {
  const { age = Infinity, jitter = 0.1 } = history.policy.recycle;
  const recycled = new Map<number, number>();
  for (const [event, crew] of walk(history)) {
    if (event.type !== 'recycle') continue;
    const life = crew.of(event.worker);
    if (life === undefined || !life.available) return `worker ${event.worker.id} was never available ${at(event)}`;
    if (event.time - (recycled.get(life.id) ?? -Infinity) < minuteMs)
      return `worker ${life.id} is recycled twice ${at(event)}`;
    recycled.set(life.id, event.time);
    if (event.why !== 'age') continue;
    const { limit = 0, value } = event;
    if (Math.abs(limit - age) > age * jitter + 1) return `a limit of ${limit} ms ${at(event)}`;
    if (value < limit || event.time - life.bornAt < limit) return `worker ${life.id} is too young ${at(event)}`;
  }
  return undefined;
};

/** Recycling in the simulation. Its runs are shorter than the time between two samples, so that only age counts; `longRuns.test.ts` has the rest. */
export const recycle: FeatureSimulation<RecycleOptions> = {
  options: {
    recycle: pick(
      [5, fc.constant({})],
      [2, fc.record({ age: ms(5, 60), jitter: among([3, 0], [2, 0.0001], [1, 0.9]) })],
    ),
  },
  fixed: { recycle: {} },
  invariants: { recycledOneAtATime, recycledForAReason },
  triggers: ['recycle'],
};
