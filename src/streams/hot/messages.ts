import type { Observable } from 'rxjs';
import type { Message } from '../../operators/messages/message.js';
import { unpack } from '../../operators/messages/unpack.js';
import { forMaster } from './forMaster.js';
import { GuardedObservable } from '../../operators/general/guardedObservable.js';
import { reportError, allEvents$ } from '../../registry/runningClusters.js';

/**
 * The messages that workers send with `process.send`, or with `send` and `request` of `proteus-cluster/worker`; those of `request` have a `reply`. The messages of a worker keep their
 * order, and come before its `disconnect` and `exit`. Hot: it never completes and never errors. If a subscriber throws, that becomes an `error` event.
 *
 * @example
 * messages$.pipe(filter(cmd('fromWorker'))).subscribe(({ worker, message }) => console.log(worker.id, message));
 */
export const messages$: Observable<Message> = new GuardedObservable(
  forMaster('messages$', allEvents$.pipe(unpack())),
  reportError('a subscriber of messages$'),
);
