import type { OperatorFunction } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { RequestError } from '../../vocabulary/errors.js';
import type { ConversationFrame } from '../../channel/conversations.js';
import { after } from '../general/after.js';

/** What came of a request: the answer, or why there is none. */
export type Answer<R> =
  | { readonly reply: R; readonly error?: undefined }
  | { readonly reply?: undefined; readonly error: RequestError };

/**
 * The end of a request, exactly one: the answer; or that there is none, since who was asked could not answer, has left, or takes longer than `timeout` ms.
 *
 * ```
 * letters      ---a            a: the answer
 * answered(5)  ---(a|)
 *
 * letters      ---g            g: who was asked has gone
 * answered(5)  ---(e|)
 *
 * letters      --------
 * answered(5)  -----(e|)
 * ```
 */
export const answered =
  (timeout: number): OperatorFunction<ConversationFrame, Answer<unknown>> =>
  (heard$) => {
    const { filter, map, merge, take } = rxjs();
    return merge(
      heard$.pipe(
        map(answerOf),
        filter((answer) => answer !== undefined),
      ),
      after(timeout).pipe(map(() => none('timeout', `no answer came within ${timeout} ms`))),
    ).pipe(take(1));
  };

const none = (reason: RequestError['reason'], why: string): Answer<never> => ({ error: new RequestError(reason, why) });

const answerOf = (heard: ConversationFrame): Answer<unknown> | undefined => {
  switch (heard.type) {
    case 'answer':
      return { reply: heard.message };
    case 'fail':
      return none('failed', heard.why);
    case 'disconnected':
      return none('gone', 'who was asked has left without an answer');
    default:
      return undefined;
  }
};
