import { Observable, type OperatorFunction } from 'rxjs';
import { isBatch, type MessageBatch } from '../../vocabulary/messageBatch.js';
import type { Message } from './message.js';
import { relay } from '../general/relay.js';

/**
 * The messages in a history, one after the other, as they were received: with the worker, the handle and `reply`.
 *
 * ```
 * source    f-w----x|      w: three messages together
 * unpack()  --(mmm)-|
 * ```
 */
export const unpack = (): OperatorFunction<MessageBatch | { readonly type: string }, Message> => (source$) =>
  new Observable((subscriber) => {
    const follow = (entry: MessageBatch | { readonly type: string }) => {
      if (!isBatch(entry)) return;
      const { worker, messages, handle, reply } = entry;
      const isPlain = handle === undefined && reply === undefined;
      for (const message of messages) {
        if (subscriber.closed) return;
        // Written out: to spread an object takes ten times as long.
        if (isPlain) subscriber.next({ worker, message });
        else subscriber.next({ worker, message, ...(handle !== undefined && { handle }), ...(reply && { reply }) });
      }
    };
    return source$.subscribe(relay(subscriber, follow));
  });
