import type { OperatorFunction } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { RequestError } from '../../vocabulary/errors.js';
import type { ConversationFrame } from '../../channel/conversations.js';
import { after } from '../general/after.js';

/** The result of a request: the reply, or the error that explains why there is none. */
export type Answer<R> =
  | { readonly reply: R; readonly error?: undefined }
  | { readonly reply?: undefined; readonly error: RequestError };

/**
 * Emits the one result of a request: the reply, or a `RequestError` if the other process failed, disconnected or did not answer within `timeout` ms. Then completes.
 *
 * ```
 * frames       ---a            a: the answer
 * answered(5)  ---(a|)
 *
 * frames       ---d            d: the other process has disconnected
 * answered(5)  ---(e|)
 *
 * frames       --------
 * answered(5)  -----(e|)
 * ```
 */
export const answered =
  (timeout: number): OperatorFunction<ConversationFrame, Answer<unknown>> =>
  (frames$) => {
    const { filter, map, merge, take } = rxjs();
    return merge(
      frames$.pipe(
        map(answerOf),
        filter((answer) => answer !== undefined),
      ),
      after(timeout).pipe(map(() => noReply('timeout', `no answer came within ${timeout} ms`))),
    ).pipe(take(1));
  };

const noReply = (reason: RequestError['reason'], why: string): Answer<never> => ({
  error: new RequestError(reason, why),
});

const answerOf = (frame: ConversationFrame): Answer<unknown> | undefined => {
  switch (frame.type) {
    case 'answer':
      return { reply: frame.message };
    case 'fail':
      return noReply('failed', frame.why);
    case 'disconnected':
      return noReply('gone', 'the other process has left without an answer');
    default:
      return undefined;
  }
};
