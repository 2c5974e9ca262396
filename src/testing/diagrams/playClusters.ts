import { filter, map, merge, type Observable, Subject } from 'rxjs';
import type { ClusterEvent } from '../../features/index.js';
import type { Host } from '../../host/host.js';
import { supervise } from '../../operators/supervision/supervise.js';
import type { ClusterCommand } from '../../vocabulary/events.js';
import type { Diagram } from './diagram.js';
import { rehearse } from '../rehearse.js';

type Shutdown = Extract<ClusterCommand, { readonly type: 'shutdown' }>;

/** Runs the clusters of a diagram on one host. Commands are for all of them. Emits, completes and errors as `merge`, `oneForAll` or `restForOne` do with their streams. */
export const playClusters = (
  { clusters, supervisor }: Pick<Diagram, 'clusters' | 'supervisor'>,
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
  const runs = clusters.map(({ name, options }) => rehearse(host, options, commandsOf(name)));
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
