import type { Observable } from 'rxjs';
import type { ClusterEvent } from '../../features/index.js';
import { forMaster } from './forMaster.js';
import { eachMessage } from '../../operators/messages/eachMessage.js';
import { GuardedObservable } from '../../operators/general/guardedObservable.js';
import { reportError, allEvents$ } from '../../registry/runningClusters.js';

/**
 * The events of all running clusters. Hot: it never completes and never errors. If a subscriber throws, that becomes an `error` event
 * and the subscription continues.
 *
 * @example
 * events$.pipe(filter(is('exit'))).subscribe(({ worker, code }) => console.log(worker.slot, code));
 */
export const events$: Observable<ClusterEvent> = new GuardedObservable(
  forMaster('events$', allEvents$.pipe(eachMessage<ClusterEvent>())),
  reportError('a subscriber of events$'),
);
