import type { StatsOptions } from '../../../src/features/workerStats/index.js';
import { sampleIntervalMs } from '../../../src/vocabulary/stats.js';
import { among } from '../../simulation/arbitraries.js';
import { at, walk } from '../../simulation/crew.js';
import type { FeatureSimulation, Invariant } from '../../simulation/feature.js';

/** Without the option there is no sample. With it each process has one a second, from its fork to its exit and not longer. */
const samplesOfTheLiving: Invariant = (history) => {
  const next = new Map<number, number>();
  for (const [event] of walk(history)) {
    for (const [id, due] of next) if (event.time > due) return `no sample of worker ${id} at ${due} ms ${at(event)}`;
    if (event.type === 'fork' && history.policy.stats) next.set(event.worker.id, event.time + sampleIntervalMs);
    if (event.type === 'exit') next.delete(event.worker.id);
    if (event.type !== 'stats') continue;
    const { id } = event.worker;
    if (event.time !== next.get(id)) return `a sample of worker ${id} that was not due ${at(event)}`;
    next.set(id, event.time + sampleIntervalMs);
  }
  return undefined;
};

/** Samples in the simulation. */
export const workerStats: FeatureSimulation<StatsOptions> = {
  options: { stats: among([3, false], [1, true]) },
  fixed: { stats: true },
  invariants: { samplesOfTheLiving },
  triggers: [],
};
