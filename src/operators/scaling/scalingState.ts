import type { SizeDecision } from '../../vocabulary/sizeDecision.js';
import type { AutoscaleRules } from './autoscaleOptions.js';
import { decideSize } from './decideSize.js';
import { knownWorkers, type Reading, type WorkerSample } from './knownWorkers.js';

/** What `autoscale` remembers: the size, when it changed, and a reading for each of the last seconds. */
export const scalingState = (rules: AutoscaleRules) => {
  const workers = knownWorkers(rules.warmup);
  let now = 0;
  let size = rules.min;
  let changed = 0;
  let heldBack = -Infinity;
  let readings: readonly Reading[] = [];

  const become = (to: number): void => {
    size = to;
    changed = now;
    heldBack = -Infinity;
  };

  /** Signals and `scale()` change the size as well: somebody new is in a higher slot, or for long nobody was in the highest ones. */
  const adopt = (): void => {
    const opened = workers.highestSlot(changed);
    if (opened > size) return become(opened);
    if (now - changed < rules.downAfter) return;
    const highest = readings.reduce((most, reading) => Math.max(most, reading.highest), 0);
    if (highest > 0 && highest < size) become(highest);
  };

  const hear = (sample: WorkerSample): void => workers.hear(sample, now);

  /** A second has passed. */
  const tick = (): SizeDecision | undefined => {
    now += 1;
    workers.forget(now);
    readings = [...readings, workers.read(size)].slice(-rules.downAfter);
    adopt();
    const decision = decideSize(rules, { size, unchanged: now - changed, readings });
    if (decision === undefined) return undefined;
    if (decision.to !== size) {
      become(decision.to);
      return decision;
    }
    // Why it stays is said once, and not in each second.
    const said = now - heldBack <= rules.downAfter;
    heldBack = now;
    return said ? undefined : decision;
  };

  return { hear, tick };
};
