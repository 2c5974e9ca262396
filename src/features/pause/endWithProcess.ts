import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay } from '../../operators/general/relay.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { PauseDraft } from './events.js';
import type { PauseState } from './state.js';

/**
 * The pause of a worker ends with its process at the latest: the next worker of the slot is not paused.
 *
 * ```
 * source              fol-----x|       paused meanwhile
 * endWithProcess()    fol-----x|
 * emit                --------U        before the exit
 * ```
 */
export const endWithProcess =
  (
    { paused }: PauseState,
    emit: (draft: PauseDraft) => void,
    slotRef: SlotRef,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    new Observable((subscriber) => {
      let worker: WorkerRef = { id: 0, ...slotRef };
      const follow = (event: ProcessEvent) => {
        if (event.type === 'fork') worker = workerRef(event.process, slotRef);
        if (event.type === 'exit' && paused.has(worker.id))
          emit({ type: 'resume', worker, why: 'its process has ended', serves: false });
        subscriber.next(event);
      };
      return process$.subscribe(relay(subscriber, follow));
    });
