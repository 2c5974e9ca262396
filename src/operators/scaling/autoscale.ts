import { defer, ignoreElements, interval, mergeMap, type OperatorFunction, startWith, tap } from 'rxjs';
import { ConfigError, showValue } from '../../vocabulary/errors.js';
import type { SizeDecision } from '../../vocabulary/sizeDecision.js';
import { withCompanion } from '../general/withCompanion.js';
import { type AutoscaleOptions, autoscaleRules, autoscaleSettings, type Machine } from './autoscaleOptions.js';
import type { WorkerSample } from './knownWorkers.js';
import { scalingState } from './scalingState.js';

/**
 * Samples of workers in, sizes of their cluster out: at first `min`, then each further size with its reason.
 *
 * ```
 * samples          --ab-ab-ab-ab-ab-ab-ab-|      of two workers, in any order
 * autoscale(…)     m---------u------------|      m: min   u: busier than `up` for `upAfter`
 * ```
 *
 * Decides once a second. `machine` is asked on subscription for what it allows.
 */
export const autoscaleOn =
  (machine: () => Machine) =>
  (options: AutoscaleOptions = {}): OperatorFunction<WorkerSample, SizeDecision> => {
    const settings = autoscaleSettings(options);
    return (sample$) =>
      defer(() => {
        const rules = autoscaleRules(settings, machine());
        const { hear, tick } = scalingState(rules);
        const belongs = ofOneCluster(settings.cluster);
        const decision$ = interval(1_000).pipe(
          mergeMap(() => {
            const decision = tick();
            return decision === undefined ? [] : [decision];
          }),
        );
        return sample$.pipe(
          tap((sample) => {
            if (belongs(sample)) hear(sample);
          }),
          ignoreElements(),
          withCompanion<SizeDecision>(decision$),
          startWith({ to: rules.min, why: 'autoscale() begins with min' }),
        );
      });
  };

/** Whether a sample is of the cluster. Samples of several would add up to nonsense, so without a name they must be of one. */
const ofOneCluster = (name: string | undefined): ((sample: WorkerSample) => boolean) => {
  let first: string | undefined;
  return ({ worker: { cluster } }) => {
    if (name !== undefined) return cluster === name;
    first ??= cluster;
    if (cluster === first) return true;
    throw new ConfigError(
      'autoscale().cluster',
      `expected the name of a cluster, because the samples are of ${showValue(first)} and ${showValue(cluster)}`,
      'Name the one that it scales',
    );
  };
};
