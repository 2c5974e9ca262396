import { defer, merge, type Observable, type ObservableInput, of } from 'rxjs';
import { ConfigError, showValue } from '../../vocabulary/errors.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { Peer } from '../../host/workerChannel.js';
import { followWorkers } from '../../operators/messages/followWorkers.js';
import { observed } from '../../operators/messages/observed.js';
import { checkName, checkOptions } from '../../channel/requestOptions.js';
import { isWorker, type Recipient, requireWorkers } from '../../registry/addressing.js';
import { peersOf } from './peers.js';
import { places } from './places.js';

/** A value of a worker's stream, and the worker. */
export interface ObservedValue<V = unknown> {
  readonly worker: WorkerRef;
  readonly value: V;
}

interface Options<V, R> {
  readonly to?: Recipient;
  /** How many values each worker may send ahead. Default: 64. */
  readonly credit?: number;
  /**
   * Processes a value, one after the other for each worker, as `concatMap` does. The worker may send another value when it has completed, so slow processing slows the worker. Default: the value is emitted.
   */
  readonly project?: (observed: ObservedValue<V>) => ObservableInput<R>;
}

/**
 * Observes the streams that workers expose under a name (`expose` of `proteus-cluster/worker`). Subscribing starts the stream in each worker, unsubscribing stops it.
 * A slow subscriber or a slow `project` slows the worker (backpressure).
 *
 * Without `to`, with `{ cluster }` or with `{ slot }` it observes each worker from when it is ready until it has left, also workers that start later. While an old and a new worker of a slot both
 * run, it emits values of both. Completes when the selected clusters have ended, or earlier when the streams of all workers have completed and no slot waits for a worker.
 * With a worker, `{ id }`, it observes only that worker, at once, and completes with its stream.
 *
 * Emits `{ worker, value }`, or what `project` returns. Errors with `RequestError` when a stream fails, or a worker exposes nothing under the name. Throws as `send` does for a wrong address; a slot may be empty at the moment.
 *
 * @example
 * observe('memory').subscribe(({ worker, value }) => console.log(worker.slot, value));
 * observe('rows', { to: { slot: 1 }, project: ({ value }) => store(value) }).subscribe();
 */
export const observe = <V = unknown, R = ObservedValue<V>>(
  name: string,
  options: Options<V, R> = {},
): Observable<R> => {
  checkName('observe()', name);
  checkOptions('observe()', options, ['to', 'credit', 'project'], 'the name');
  const { to, credit = 64, project } = options;
  if (!Number.isInteger(credit) || credit < 1)
    throw new ConfigError('observe().credit', `expected a whole number from 1, got ${showValue(credit)}`);
  if (project !== undefined && typeof project !== 'function')
    throw new ConfigError(
      'observe().project',
      `expected a function that takes { worker, value }, got ${showValue(project)}`,
    );
  const part = ({ worker, converse }: Peer, left$?: Observable<never>) =>
    observed(
      converse,
      name,
      credit,
      (value) => {
        // The type of the value is the caller's claim; it is not checked. Without a project R is ObservedValue<V>.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const emitted = { worker, value: value as V };
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return project === undefined ? of(emitted as R) : project(emitted);
      },
      left$,
    );
  if (isWorker(to)) {
    requireWorkers('observe', to);
    return defer(() => merge(...peersOf('observe', to).map((peer) => part(peer))));
  }
  places('observe', to);
  return defer(() => {
    const { slot$, peer } = places('observe', to);
    return slot$.pipe(
      followWorkers(({ id }, left$) => {
        const found = peer(id);
        return found === undefined ? left$ : part(found, left$);
      }),
    );
  });
};
