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

/** A value of a worker's stream. */
export interface Observing<V = unknown> {
  readonly worker: WorkerRef;
  readonly value: V;
}

interface Options<V, R> {
  readonly to?: Recipient;
  /** How many values may be under way from each worker. Default: 64. */
  readonly credit?: number;
  /**
   * What is done with a value, one after the other for each worker. When it has completed there is room for another value, so it slows the worker where that takes time. Default: it is emitted.
   */
  readonly project?: (observing: Observing<V>) => ObservableInput<R>;
}

/**
 * Observes what workers have exposed under a name (`expose` of `proteus-cluster/worker`), and follows the workers that join as long as it is subscribed. Subscribing starts the stream in each worker,
 * unsubscribing stops it there. A subscriber that is slow, or a `project` that takes its time, slows the worker.
 *
 * Without `to`, with `{ cluster }` or with `{ slot }` it observes each worker from when it is ready until it has left: after a respawn, a restart or a scaling the new one. While an old and a new worker of a slot both
 * run, it emits values of both; each value carries its worker. Completes when the clusters that were addressed have ended, or earlier when the stream of each worker has ended by itself and no slot waits for a worker.
 * With a worker, `{ id }`, it observes that one at once and completes with it.
 *
 * Errors with `RequestError` when a stream fails, or nothing is exposed under the name in one of the workers. Throws for an address as `send` does, except that a slot may be empty for the moment.
 *
 * @example
 * observe('memory').subscribe(({ worker, value }) => console.log(worker.slot, value));
 * observe('rows', { to: { slot: 1 }, project: ({ value }) => store(value) }).subscribe();
 */
export const observe = <V = unknown, R = Observing<V>>(name: string, options: Options<V, R> = {}): Observable<R> => {
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
        // What a worker exposes is its own affair; without a project R is what is observed.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        const observing = { worker, value: value as V };
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        return project === undefined ? of(observing as R) : project(observing);
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
