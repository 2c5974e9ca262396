import { defer, map, merge, type Observable } from 'rxjs';
import type { WorkerRef } from '../../vocabulary/events.js';
import { type Answer, answered } from '../../operators/messages/answered.js';
import { checkOptions, checkTimeout, type RequestOptions } from '../../channel/requestOptions.js';
import { type Recipient, requireWorkers } from '../../registry/addressing.js';
import { peersOf } from './peers.js';

/** What came of a request at one worker: its `reply`, or an `error` that says why there is none. */
export type RequestReply<R = unknown> = { readonly worker: WorkerRef } & Answer<R>;

/**
 * Asks one worker, the one in a slot, all of a cluster, or all there are. Asks on subscription; emits exactly one value for each that is asked, in the order in which they answer: its `reply`, or an `error`
 * (`RequestError`) whose `reason` is `timeout` (default 5000 ms), `gone`, or `failed`. Completes with the last of them; unsubscribing takes the question back. In the worker it is one of `messages$`, with a `reply`.
 *
 * Errors with `MessageError` if the message cannot be serialised. Throws `ConfigError`, `NotRunningError` and `MessageError` for an address, as `send` does.
 *
 * @example
 * request({ cmd: 'stats' }, { timeout: 1_000 }).subscribe(({ worker, reply, error }) => console.log(worker.slot, error ? error.reason : reply));
 */
export const request = <R = unknown>(
  message: unknown,
  options: RequestOptions & { readonly to?: Recipient } = {},
): Observable<RequestReply<R>> => {
  checkOptions('request()', options, ['timeout', 'to'], 'the message');
  const { timeout = 5_000, to } = options;
  checkTimeout('request()', timeout);
  requireWorkers('request', to);
  return defer(() =>
    merge(
      ...peersOf('request', to).map(({ worker, converse }) =>
        converse({ type: 'ask', message }).pipe(
          answered(timeout),
          // What a worker answers is its own affair.
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          map((answer) => ({ worker, ...answer }) as RequestReply<R>),
        ),
      ),
    ),
  );
};
