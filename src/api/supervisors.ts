import { isObservable, type Observable } from 'rxjs';
import type { ClusterEvent } from '../features/index.js';
import { now } from '../host/clock.js';
import { type Supervision, supervise } from '../operators/supervision/supervise.js';
import { shutdownAll$, reportError, runningClusters$ } from '../registry/runningClusters.js';
import { validateChildren } from '../validation/arguments.js';

/** How often children are started anew until their supervisor gives up. */
export interface Intensity {
  /** How many restarts within `period` are still in order. Default: 1, as in OTP. */
  readonly intensity?: number;
  /** In ms. Default: 5000, as in OTP. */
  readonly period?: number;
}

/** Clusters in the order in which they start, and how often they are started anew. */
export type SupervisedClusters =
  | readonly Observable<ClusterEvent>[]
  | readonly [...Observable<ClusterEvent>[], Intensity];

/**
 * Clusters that cannot do without each other: when one fails (its stream errors, as with `ForkLimitError`), the others are shut down
 * gracefully, the last one first, and all start anew, in order. OTP's `one_for_all`.
 *
 * Give them as they are, and filter behind the supervisor: by their events it knows which clusters run.
 *
 * Emits the events of all. A cluster that completes has ended and is not started again. One with `respawn: 'temporary'` never is, as in OTP: it completes when a worker of it has failed, and
 * when others share a failure it is shut down for good. Completes when all have ended, and does not restart once everything is asked to shut down. Errors with `SupervisorError`, which names the
 * cluster and has its error as `cause`, after the others have been shut down, when there are more than `intensity` restarts within `period` ms (defaults: 1 in 5000), or when one could not start
 * at all. Unsubscribing kills all.
 * Throws `ConfigError` at once for what is no Observable, or a wrong option.
 *
 * @example
 * oneForAll(cluster$({ exec: 'cache.js' }), cluster$({ exec: 'web.js' }), { intensity: 3, period: 60_000 }).subscribe();
 */
export const oneForAll = (...children: SupervisedClusters): Observable<ClusterEvent> =>
  supervisor('oneForAll', () => 0, children);

/**
 * Clusters of which the later ones need the earlier: when one fails, those after it are shut down gracefully, the last one first, and it
 * and they start anew, in order; those before it go on. OTP's `rest_for_one`. In all else it is as `oneForAll`.
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

/** Whatever is no Observable; that it makes sense is checked. */
const isOptions = (given: SupervisedClusters[number] | undefined): given is Intensity =>
  typeof given === 'object' && !isObservable(given) && !standsForChildren(given);

/** A list, or a promise, of what should have been given one by one: it is refused as a child. */
const standsForChildren = (given: object | null): boolean => Array.isArray(given) || 'then' in (given ?? {});

const stop: Supervision['stop'] = (cluster, why) => {
  for (const { name, submit } of runningClusters$.value)
    if (name === cluster) submit({ type: 'shutdown', force: false, why });
};
