import { Observable, type OperatorFunction } from 'rxjs';
import type { CoreEvent } from '../../vocabulary/events.js';
import type { Message } from './message.js';
import { relay } from '../general/relay.js';

/**
 * The messages in what is told, one after the other, with who sent each.
 *
 * ```
 * source    f-m--(w)------x      w: three that came together
 * unpack()  --m--(mmm)-----
 * ```
 */
export const unpack =
  <E extends { readonly type: string }>(): OperatorFunction<E, Message> =>
  (source$) =>
    new Observable((subscriber) => {
      const follow = (told: E) => {
        // Whatever else is told has another type.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const event = told as unknown as CoreEvent;
        if (event.type === 'messages') {
          const { worker, messages } = event;
          for (const message of messages) subscriber.next({ worker, message });
        } else if (event.type === 'message') {
          const { worker, message, handle, reply } = event;
          if (handle === undefined && reply === undefined) subscriber.next({ worker, message });
          else subscriber.next({ worker, message, ...(handle !== undefined && { handle }), ...(reply && { reply }) });
        }
      };
      return source$.subscribe(relay(subscriber, follow));
    });
