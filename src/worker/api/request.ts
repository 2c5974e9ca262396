import type { Observable } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { RequestError } from '../../vocabulary/errors.js';
import { answered } from '../../operators/messages/answered.js';
import { checkOptions, checkTimeout, type RequestOptions } from '../../channel/requestOptions.js';
import { warnInMaster } from '../../host/processRole.js';
import { masterConnection } from './masterConnection.js';
import { worker } from './worker.js';

/**
 * Asks the master. Asks on subscription; emits the answer and completes, or errors with `RequestError`: `timeout` (default 5000 ms), `gone` when the channel closes, `failed` when the master
 * answers with an error. Outside a worker, and in its threads and child processes, it completes without an answer: give `firstValueFrom` a `defaultValue` there. In a master a warning says what to import.
 * With `preload: false` nothing can be asked, and it errors. Unsubscribing takes the question back. In the master it is one of `messages$`, with a `reply`.
 *
 * @example
 * const config = await firstValueFrom(request({ cmd: 'config' }), { defaultValue: { currency: 'EUR' } });
 */
export const request = <R = unknown>(message: unknown, options: RequestOptions = {}): Observable<R> => {
  checkOptions('request()', options, ['timeout'], 'the message');
  const { timeout = 5_000 } = options;
  checkTimeout('request()', timeout);
  const open = masterConnection();
  const { map, throwError } = rxjs();
  if (open === undefined) return worker === undefined ? nobody() : throwError(unprepared);
  if (!open.isOpen()) return throwError(() => new RequestError('gone', 'the channel to the master has closed'));
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

const nobody = (): Observable<never> => {
  const { defer, EMPTY } = rxjs();
  return defer(() => {
    warnInMaster('request');
    return EMPTY;
  });
};

const unprepared = (): RequestError =>
  new RequestError('gone', 'this worker runs with preload: false, and nothing can be asked without the preload');
