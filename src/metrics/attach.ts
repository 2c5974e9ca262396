import { catchError, EMPTY, ignoreElements, merge, NEVER, type Observable, tap, using } from 'rxjs';
import type { ClusterAttachment, MetricsSettings, MetricsTold } from '../index.js';
import { collector, collectors } from './collectors.js';
import { samples } from './scrape.js';
import { type Place, serve$ } from './server.js';

const loopback = '127.0.0.1';

/** Keeps the metrics of a cluster, and serves them and the probes at the addresses that its options name. A server that cannot listen is an `error` event. */
export const attach = (attachment: ClusterAttachment<MetricsSettings>): Observable<never> => {
  const { cluster, settings, events$, tell, report } = attachment;
  const told = (what: MetricsTold) => tell(what);
  const served$ = (place: Place): Observable<never> =>
    serve$(place).pipe(
      tap((url) => told({ told: 'listening', url, serves: place.serves })),
      ignoreElements(),
      catchError((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        const what = `${place.serves.join(' and ')}: cannot listen on ${place.host}:${place.port}: ${why}`;
        report(new Error(what, { cause: error }));
        return EMPTY;
      }),
    );
  return using(
    () => {
      const kept = collector(attachment);
      collectors.set(cluster, kept);
      const release = typeof settings.metrics === 'object' ? samples.hold() : () => {};
      const following = events$.subscribe(kept.see);
      return {
        unsubscribe: () => {
          following.unsubscribe();
          collectors.delete(cluster);
          release();
          if (collectors.size === 0) samples.end();
        },
      };
    },
    () => merge(NEVER, ...placesOf(settings).map(served$)),
  );
};

/** Where a cluster wants what to be served: one place, if metrics and probes are at the same. */
const placesOf = ({ metrics, probes }: MetricsSettings): readonly Place[] => {
  const ofMetrics = typeof metrics === 'object' ? { port: metrics.port, host: metrics.host ?? loopback } : undefined;
  const ofProbes = probes.port === undefined ? undefined : { port: probes.port, host: probes.host ?? loopback };
  if (ofProbes === undefined) return ofMetrics === undefined ? [] : [{ ...ofMetrics, serves: ['metrics', 'probes'] }];
  const own: Place = { ...ofProbes, serves: ['probes'] };
  return ofMetrics === undefined ? [own] : [{ ...ofMetrics, serves: ['metrics'] }, own];
};
