import type { StatsOptions } from '../../../src/features/workerStats/index.js';
import { sampleIntervalMs } from '../../../src/vocabulary/stats.js';
import { among } from '../../simulation/arbitraries.js';
import { at, walk } from '../../simulation/crew.js';
import type { FeatureSimulation, Invariant } from '../../simulation/feature.js';
import type { History } from '../../simulation/run.js';
import { suspendedFor } from '../../simulation/suspension.js';

/** Without the option there is no sample. With it each process has one a second, from its fork to its exit and not longer. */
const samplesOfTheLiving: Invariant = (history) => {
  /** How late a sample may be: the machine may have been suspended. */
  const suspended = suspendedFor(history);
  const next = new Map<number, number>();
  for (const [event] of walk(history)) {
    for (const [id, due] of next)
      if (event.time > due + suspended + (mayHang(history, id) ? toleranceMs : 0))
        return `no sample of worker ${id} at ${due} ms ${at(event)}`;
    if (event.type === 'fork' && history.policy.stats) next.set(event.worker.id, event.time + sampleIntervalMs);
    if (event.type === 'exit') next.delete(event.worker.id);
    if (event.type !== 'stats') continue;
    const { id } = event.worker;
    const isExact = suspended === 0 && !mayHang(history, id);
    if (!next.has(id) || (isExact && event.time !== next.get(id)))
      return `a sample of worker ${id} that was not due ${at(event)}`;
    next.set(id, event.time + sampleIntervalMs);
  }
  return undefined;
};

/** A worker that hangs does not report, which is noticed so much later. When it goes on, its report comes at any time. */
const toleranceMs = sampleIntervalMs / 4;
const mayHang = ({ schedule }: History, id: number): boolean =>
  (schedule.workers[id - 1] ?? schedule.others).hangs !== undefined;

/** Samples in the simulation. */
export const workerStats: FeatureSimulation<StatsOptions> = {
  options: { stats: among([3, false], [1, true]) },
  fixed: { stats: true },
  invariants: { samplesOfTheLiving },
  triggers: [],
};
