import { defer, merge, type Observable, type ObservableInput, of } from 'rxjs';
import { ConfigError, show } from '../errors.js';
import type { WorkerRef } from '../events.js';
import { observed } from '../operators/observed.js';
import { checkName, checkOptions } from '../post/options.js';
import { type Recipient, recipients } from '../recipients.js';
import { peersOf } from './peers.js';

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
 * Observes what a worker, or each of several, has exposed under a name (`expose` of `proteus-cluster/worker`). Subscribing starts the stream there, unsubscribing stops it; a worker that leaves completes its
 * part, and it completes with the last. A subscriber that is slow, or a `project` that takes its time, slows the worker.
 *
 * Errors with `RequestError` when a stream fails, or nothing is exposed under the name. Throws for an address as `send` does.
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
    throw new ConfigError('observe().credit', `expected a whole number from 1, got ${show(credit)}`);
  if (project !== undefined && typeof project !== 'function')
    throw new ConfigError(
      'observe().project',
      `expected a function that takes { worker, value }, got ${show(project)}`,
    );
  recipients('observe', to);
  return defer(() =>
    merge(
      ...peersOf('observe', to).map(({ worker, converse }) =>
        observed(converse, name, credit, (value) => {
          // What a worker exposes is its own affair; without a project R is what is observed.
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          const observing = { worker, value: value as V };
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          return project === undefined ? of(observing as R) : project(observing);
        }),
      ),
    ),
  );
};
