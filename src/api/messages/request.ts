import { defer, map, merge, type Observable } from 'rxjs';
import type { WorkerRef } from '../../vocabulary/events.js';
import { type Answer, answered } from '../../operators/messages/answered.js';
import { checkOptions, checkTimeout, type RequestOptions } from '../../channel/requestOptions.js';
import { type Recipient, requireWorkers } from '../../registry/addressing.js';
import { peersOf } from './peers.js';

/** The `reply` of one worker to a request, or an `error` that says why there is none. */
export type RequestReply<R = unknown> = { readonly worker: WorkerRef } & Answer<R>;

/**
 * Sends a request to one worker, to the worker of a slot, to all workers of a cluster, or to all workers, and emits their replies.
 *
 * Sends on subscription. Emits exactly one value for each worker, in the order in which they reply: `{ worker, reply }`, or `{ worker, error }` with a `RequestError` whose `reason` is `timeout`
 * (default: 5000 ms), `gone` or `failed`. Completes after the last one. Unsubscribing withdraws the request. In the worker it is one of `messages$`, with a `reply` function.
 *
 * Errors with `MessageError` if the message cannot be serialized. Throws `ConfigError`, `NotRunningError` and `MessageError` for an address, as `send` does.
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
          // The type of the reply is the caller's claim; it is not checked.
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          map((answer) => ({ worker, ...answer }) as RequestReply<R>),
        ),
      ),
    ),
  );
};
