import type { Observable } from 'rxjs';
import { rxjs } from '../../dependencies/rxjs.js';
import { RequestError } from '../../vocabulary/errors.js';
import { answered } from '../../operators/messages/answered.js';
import { checkOptions, checkTimeout, type RequestOptions } from '../../channel/requestOptions.js';
import { warnInMaster } from '../../host/processRole.js';
import { masterConnection } from './masterConnection.js';
import { worker } from './worker.js';

/**
 * Sends a request to the master when it is subscribed. Emits the answer and completes, or errors with `RequestError`: `timeout` (default 5000 ms), `gone` if the channel closes, `failed` if the master
 * answers with an error. Errors with `MessageError` if the message cannot be serialised. Unsubscribing withdraws the request. In the master it is a message of `messages$` with a `reply`.
 * Outside a worker, and in its threads and child processes, it completes without an answer: give `firstValueFrom` a `defaultValue`. In a master it also warns, and says what to import.
 * With `preload: false` it errors, because requests need the preload.
 *
 * @example
 * const config = await firstValueFrom(request({ cmd: 'config' }), { defaultValue: { currency: 'EUR' } });
 */
export const request = <R = unknown>(message: unknown, options: RequestOptions = {}): Observable<R> => {
  checkOptions('request()', options, ['timeout'], 'the message');
  const { timeout = 5_000 } = options;
  checkTimeout('request()', timeout);
  const connection = masterConnection();
  const { map, throwError } = rxjs();
  if (connection === undefined) return worker === undefined ? completeWithoutMaster() : throwError(withoutPreload);
  if (!connection.isOpen()) return throwError(() => new RequestError('gone', 'the channel to the master has closed'));
  return connection.converse({ type: 'ask', message }).pipe(
    answered(timeout),
    map(({ reply, error }) => {
      if (error !== undefined) throw error;
      // The type of the answer is the caller's claim; it is not checked.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return reply as R;
    }),
  );
};

const completeWithoutMaster = (): Observable<never> => {
  const { defer, EMPTY } = rxjs();
  return defer(() => {
    warnInMaster('request');
    return EMPTY;
  });
};

const withoutPreload = (): RequestError =>
  new RequestError('gone', 'this worker runs with preload: false, and requests need the preload');
