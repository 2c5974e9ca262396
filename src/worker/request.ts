import { map, type Observable, throwError } from 'rxjs';
import { RequestError } from '../errors.js';
import { answered } from '../operators/answered.js';
import { checkOptions, checkTimeout, type RequestOptions } from '../post/options.js';
import { connection } from './connection.js';

/**
 * Asks the master. Asks on subscription; emits the answer and completes, or errors with `RequestError`: `timeout` (default 5000 ms), `gone` when the channel closes, `failed` when the master
 * answers with an error. Unsubscribing takes the question back. In the master it is one of `messages$`, with a `reply`.
 *
 * @example
 * const config = await firstValueFrom(request({ cmd: 'config' }));
 */
export const request = <R = unknown>(message: unknown, options: RequestOptions = {}): Observable<R> => {
  checkOptions('request()', options, ['timeout'], 'the message');
  const { timeout = 5_000 } = options;
  checkTimeout('request()', timeout);
  const open = connection();
  if (open?.isOpen() !== true) return throwError(() => new RequestError('gone', 'there is no master'));
  return open.converse({ type: 'ask', message }).pipe(
    answered(timeout),
    map(({ reply, error }) => {
      if (error !== undefined) throw error;
      // What the master answers is its own affair.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return reply as R;
    }),
  );
};
