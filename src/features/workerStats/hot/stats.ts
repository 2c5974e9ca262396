import { concat, defer, filter, from, type Observable } from 'rxjs';
import { wanting } from '../../../host/demand.js';
import { GuardedObservable } from '../../../operators/general/guardedObservable.js';
import { hasType } from '../../../operators/events/hasType.js';
import { allEvents$, reportError, runningClusters$ } from '../../../registry/runningClusters.js';
import { forMaster } from '../../../streams/hot/forMaster.js';
import type { StatsEvent } from '../events.js';
import { lastSamples, name } from '../state.js';

/**
 * A sample of each worker, each second: its memory and CPU time as the operating system has them, also while it is hung, and what it reports about its event loop, its heap and its requests.
 * All running clusters sample their workers while this is subscribed, and those that start meanwhile. A further subscriber first gets the last sample of each worker.
 * Hot: it never completes and never errors, and what a subscriber throws becomes an `error` event.
 *
 * @example
 * stats$.subscribe(({ worker, report }) => console.log(worker.slot, report?.eventLoop.utilization));
 */
export const stats$: Observable<StatsEvent> = new GuardedObservable(
  forMaster(
    'stats$',
    concat(
      defer(() => from(runningClusters$.value.flatMap(({ state }) => lastSamples(state)))),
      allEvents$.pipe(filter(hasType('stats'))),
    ).pipe(wanting(name)),
  ),
  reportError('a subscriber of stats$'),
);
