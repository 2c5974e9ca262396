import { merge, type Observable, switchMap } from 'rxjs';
import { wanting } from '../../../host/demand.js';
import { GuardedObservable } from '../../../operators/general/guardedObservable.js';
import { reportError, runningClusters$ } from '../../../registry/runningClusters.js';
import { forMaster } from '../../../streams/hot/forMaster.js';
import { name } from '../frames.js';
import type { ApplicationMetrics } from '../metrics.js';
import { answersOf } from '../state.js';

/**
 * The metrics that the application in the workers has registered with prom-client, in its default registry: an answer of each worker every 5 s, and one when it is ready or leaves.
 * Workers are asked while this is subscribed, in all running clusters. The application needs no change; a worker without prom-client does not answer.
 * Hot: it never completes and never errors, and what a subscriber throws becomes an `error` event.
 *
 * @example
 * applicationMetrics$.subscribe(({ worker, metrics }) => console.log(worker.slot, metrics.length));
 */
export const applicationMetrics$: Observable<ApplicationMetrics> = new GuardedObservable(
  forMaster(
    'applicationMetrics$',
    runningClusters$.pipe(
      switchMap((clusters) => merge(...clusters.map(({ state }) => answersOf(state)))),
      wanting(name),
    ),
  ),
  reportError('a subscriber of applicationMetrics$'),
);
