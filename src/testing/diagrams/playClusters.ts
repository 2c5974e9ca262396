import { filter, map, merge, type Observable, Subject, tap } from 'rxjs';
import type { ClusterEvent } from '../../features/index.js';
import type { Host } from '../../host/host.js';
import { autoscaleOn } from '../../operators/scaling/autoscale.js';
import type { AutoscaleOptions } from '../../operators/scaling/autoscaleOptions.js';
import type { WorkerSample } from '../../operators/scaling/knownWorkers.js';
import { supervise } from '../../operators/supervision/supervise.js';
import type { ClusterCommand } from '../../vocabulary/events.js';
import type { Diagram, DiagramCluster } from './diagram.js';
import { rehearse } from '../rehearse.js';
import { simulatedEnvironment } from '../simulatedEnvironment.js';

type Shutdown = Extract<ClusterCommand, { readonly type: 'shutdown' }>;

/** Runs the clusters of a diagram on one host. Commands are for all of them. Emits, completes and errors as `merge`, `oneForAll` or `restForOne` do with their streams. */
export const playClusters = (
  { clusters, supervisor, autoscale }: Pick<Diagram, 'clusters' | 'supervisor' | 'autoscale'>,
  host: Host,
  commands$: Observable<ClusterCommand>,
): Observable<ClusterEvent> => {
  const stops$ = new Subject<{ readonly cluster: string; readonly command: Shutdown }>();
  const commandsOf = (name: string | undefined): Observable<ClusterCommand> =>
    merge(
      commands$,
      stops$.pipe(
        filter(({ cluster }) => cluster === name),
        map(({ command }) => command),
      ),
    );
  const runs = clusters.map(({ name, options }) =>
    autoscale === undefined
      ? rehearse(host, options, commandsOf(name))
      : autoscaled(host, options, autoscale, commandsOf(name)),
  );
  if (supervisor === undefined) return merge(...runs);
  const { name, intensity, period } = supervisor;
  return supervise(runs, {
    name,
    from: (failed) => (name === 'oneForAll' ? 0 : failed),
    intensity,
    period,
    now: host.now,
    stop: (cluster, why) => stops$.next({ cluster, command: { type: 'shutdown', force: false, why } }),
    isTemporary: (cluster) => clusters.some(({ name, options }) => name === cluster && options.respawn === 'temporary'),
    report: () => {},
    halt$: commands$.pipe(filter(({ type }) => type === 'shutdown')),
  });
};

/** A machine without a limit of memory, so that the result does not depend on this one. */
const machine = { parallelism: simulatedEnvironment.parallelism, memory: Infinity };

/** A cluster whose size is what `autoscale()` makes of its samples. */
const autoscaled = (
  host: Host,
  options: DiagramCluster['options'],
  autoscale: AutoscaleOptions,
  commands$: Observable<ClusterCommand>,
): Observable<ClusterEvent> => {
  const sample$ = new Subject<WorkerSample>();
  const worker = sample$.pipe(autoscaleOn(() => machine)(autoscale));
  return rehearse(host, { ...options, stats: true, worker }, commands$).pipe(
    tap((event) => {
      if (event.type === 'stats') sample$.next(event);
    }),
  );
};
