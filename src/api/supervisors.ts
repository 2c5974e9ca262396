import { isObservable, type Observable } from 'rxjs';
import type { ClusterEvent } from '../features/index.js';
import { now } from '../host/clock.js';
import { type Supervision, supervise } from '../operators/supervision/supervise.js';
import { shutdownAll$, reportError, runningClusters$ } from '../registry/runningClusters.js';
import { validateChildren } from '../validation/arguments.js';

/** How many restarts a supervisor allows in which time. */
export interface RestartIntensity {
  /** The supervisor gives up when there are more restarts than this within `period`. Default: 1, as in OTP. */
  readonly intensity?: number;
  /** In ms. Default: 5000, as in OTP. */
  readonly period?: number;
}

/** Clusters in the order in which they start; optionally followed by how many restarts are allowed. */
export type SupervisedClusters =
  | readonly Observable<ClusterEvent>[]
  | readonly [...Observable<ClusterEvent>[], RestartIntensity];

/**
 * Runs clusters that need each other: when one fails (its stream errors, for example with `ForkLimitError`), the others are shut down gracefully, the last one first, and all are restarted in order.
 * This is OTP's `one_for_all`.
 *
 * Pass the streams of `cluster$` unchanged and filter the output of the supervisor: it learns from the events which clusters run.
 *
 * Emits the events of all clusters. A cluster that completes is not restarted. A cluster with `respawn: 'temporary'` is never restarted, as in OTP: it completes when all its workers have left, also if they have failed, and
 * after the failure of another cluster it stays shut down. Completes when all have ended; after a shutdown of all clusters it restarts none. Errors with `SupervisorError`, which names the cluster and
 * has its error as `cause`, when there are more than `intensity` restarts within `period` ms (defaults: 1 in 5000) or a cluster cannot start; the others are shut down before.
 * Unsubscribing kills all workers. Throws `ConfigError` at once for a child that is not an Observable, and for a wrong option.
 *
 * @example
 * oneForAll(cluster$({ exec: 'cache.js' }), cluster$({ exec: 'web.js' }), { intensity: 3, period: 60_000 }).subscribe();
 */
export const oneForAll = (...children: SupervisedClusters): Observable<ClusterEvent> =>
  supervisor('oneForAll', () => 0, children);

/**
 * Runs clusters of which later ones need earlier ones: when one fails, those after it are shut down gracefully, the last one first, and it and they are restarted in order. Those before it are
 * not affected. This is OTP's `rest_for_one`. In all other respects it is as `oneForAll`.
 *
 * @example
 * restForOne(cluster$({ exec: 'jobs.js' }), cluster$({ exec: 'web.js' })).subscribe();
 */
export const restForOne = (...children: SupervisedClusters): Observable<ClusterEvent> =>
  supervisor('restForOne', (failed) => failed, children);

const supervisor = (name: string, from: Supervision['from'], given: SupervisedClusters): Observable<ClusterEvent> => {
  const last = given.at(-1);
  const options = isOptions(last) ? last : {};
  const children = given.slice(0, isOptions(last) ? -1 : undefined);
  validateChildren(`${name}()`, children, options);
  const { intensity = 1, period = 5_000 } = options;
  return supervise(children.filter(isChild), {
    name,
    from,
    intensity,
    period,
    now,
    stop,
    isTemporary,
    report: reportError(`${name}: a temporary cluster`),
    halt$: shutdownAll$,
  });
};

const isTemporary = (cluster: string): boolean =>
  runningClusters$.value.some(({ name, temporary }) => name === cluster && temporary);

const isChild = (given: SupervisedClusters[number]): given is Observable<ClusterEvent> => isObservable(given);

/** An object that is not an Observable; its entries are checked later. */
const isOptions = (given: SupervisedClusters[number] | undefined): given is RestartIntensity =>
  typeof given === 'object' && !isObservable(given) && !isArrayOrPromise(given);

/** An array or a promise, which is refused as a child rather than as options. */
const isArrayOrPromise = (given: object | null): boolean => Array.isArray(given) || 'then' in (given ?? {});

const stop: Supervision['stop'] = (cluster, why) => {
  for (const { name, submit } of runningClusters$.value)
    if (name === cluster) submit({ type: 'shutdown', force: false, why });
};
