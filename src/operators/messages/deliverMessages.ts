import { Observable, type OperatorFunction } from 'rxjs';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { MessageBatchDraft } from '../../vocabulary/messageBatch.js';
import { type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay } from '../general/relay.js';

export interface Delivery {
  /** Whether messages are JSON. */
  readonly json: boolean;
  /** A message that is for the master alone: it is passed on, and not delivered. */
  readonly isPrivate: (message: unknown) => boolean;
  /** Whether what follows in the life of the process looks at messages. */
  readonly inspects: boolean;
  readonly deliver: (batch: MessageBatchDraft) => void;
}

/**
 * Takes the messages out of the life of a process and delivers them at once: they are many, and few of the operators that follow look at them.
 *
 * ```
 * source        f-m-o-w-r-x|       w: two messages together   r: private
 * result        f---o---r-x|
 * deliver       --m---w-----
 *
 * with inspects f-m-o(mm)r-x|
 * ```
 *
 * Messages that are inspected are passed on as well, one by one, without handle and `reply`. After its exit nothing is delivered.
 */
export const deliverMessages =
  (slotRef: SlotRef, { json, isPrivate, inspects, deliver }: Delivery): OperatorFunction<ProcessEvent, ProcessEvent> =>
  (process$) =>
    new Observable((subscriber) => {
      let worker: WorkerRef | undefined;
      const pass = (message: unknown) => subscriber.next({ type: 'message', message });
      const follow = (event: ProcessEvent) => {
        if (event.type === 'message') {
          if (worker === undefined) return;
          const { message, handle, reply } = event;
          if (isPrivate(message)) return pass(message);
          const batch = { type: 'messages', worker, messages: [message], json } as const;
          if (handle === undefined && reply === undefined) deliver(batch);
          else deliver({ ...batch, ...(handle !== undefined && { handle }), ...(reply && { reply }) });
          if (inspects) pass(message);
        } else if (event.type === 'messages') {
          if (worker === undefined) return;
          deliver({ type: 'messages', worker, messages: event.messages, json });
          if (inspects) for (const message of event.messages) pass(message);
        } else {
          if (event.type === 'fork') worker = workerRef(event.process, slotRef);
          else if (event.type === 'exit') worker = undefined;
          subscriber.next(event);
        }
      };
      return process$.subscribe(relay(subscriber, follow));
    });
