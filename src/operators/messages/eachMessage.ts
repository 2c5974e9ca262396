import { Observable, type OperatorFunction } from 'rxjs';
import { isBatch, type MessageBatch, messageEvents, type MessageEvent } from '../../vocabulary/messageBatch.js';
import { relay } from '../general/relay.js';

/**
 * Events, with one `message` event for each message of a batch.
 *
 * ```
 * source         f-w----x|      w: three messages together
 * eachMessage()  f-(mmm)x|
 * ```
 */
export const eachMessage =
  <E extends { readonly type: string }>(): OperatorFunction<E | MessageBatch, E | MessageEvent> =>
  (source$) =>
    new Observable((subscriber) => {
      const follow = (entry: E | MessageBatch) => {
        if (!isBatch(entry)) return subscriber.next(entry);
        for (const event of messageEvents(entry)) {
          if (subscriber.closed) return;
          subscriber.next(event);
        }
      };
      return source$.subscribe(relay(subscriber, follow));
    });
