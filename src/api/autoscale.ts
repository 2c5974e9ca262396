import type { OperatorFunction } from 'rxjs';
import { memoryLimit } from '../host/memoryLimit.js';
import { parallelism } from '../host/parallelism.js';
import { autoscaleOn } from '../operators/scaling/autoscale.js';
import type { AutoscaleOptions } from '../operators/scaling/autoscaleOptions.js';
import type { WorkerSample } from '../operators/scaling/knownWorkers.js';
import type { SizeDecision } from '../vocabulary/sizeDecision.js';

/**
 * An operator that decides how many workers a cluster has, by how busy their event loops are: from `stats$` to the sizes that the option `worker` follows.
 *
 * More workers when they are busier than `up` for `upAfter`: as many as bring the utilisation to the middle of `up` and `down`, like the HorizontalPodAutoscaler of Kubernetes.
 * One fewer when they were less busy than `down` even in the busiest `upAfter` of the last `downAfter`, and the others have room for it. Twice as many at once when requests queue.
 * Never more than `max`, and never more than there is `memory` for.
 *
 * Emits `{ to, why }`: at first `min`, then each further size, and once why the size stays although the workers are busy. Completes and errors with the source.
 * Throws `ConfigError` for a wrong option. Errors with it if samples of several clusters come and `cluster` is not set.
 *
 * @example
 * cluster$({ worker: stats$.pipe(autoscale({ min: 2, max: 8 })) });
 *
 * @see Kubernetes, HorizontalPodAutoscaler: target and stabilisation window.
 */
export const autoscale: (options?: AutoscaleOptions) => OperatorFunction<WorkerSample, SizeDecision> = autoscaleOn(
  () => ({ parallelism: parallelism(), memory: memoryLimit() }),
);
