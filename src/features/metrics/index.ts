import { map, type Observable } from 'rxjs';
import type { FeatureCommand } from '../../vocabulary/events.js';
import type { Feature } from '../contract/feature.js';
import { type MetricsDraft, metricsEvents, type Served } from './events.js';
import { checkMetrics, checkProbes, metricsRule, type MetricsServer, type Probes, probesRule } from './options.js';

export interface MetricsOptions {
  /** Whether metrics are kept for the control socket (`/metrics`). With a port, they are served there too. Default: true. */
  readonly metrics?: boolean | MetricsServer | undefined;
  /** When the probes say that the service is ready, and where they are. Default: on the port of `metrics`, ready with one ready worker. */
  readonly probes?: Probes | undefined;
}

/** The settings of the part on top. */
export interface MetricsSettings {
  /** `undefined`: only probes. */
  readonly metrics: MetricsServer | true | undefined;
  readonly probes: Probes;
}

/** What the part on top tells the feature. */
export type MetricsTold =
  | { readonly told: 'listening'; readonly url: string; readonly serves: readonly Served[] }
  | { readonly told: 'limited'; readonly why: string };

// The part on top alone sends commands with the name of this feature.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const toldIn = ({ command }: FeatureCommand): MetricsTold => command as MetricsTold;

const draftOf = (told: MetricsTold): MetricsDraft => {
  if (told.told === 'limited') return { type: 'metrics-limited', why: told.why };
  return { type: 'metrics-listening', url: told.url, serves: told.serves };
};

/** Metrics of the cluster and of its workers, and probes. */
export const metrics: Feature<'metrics', MetricsOptions, MetricsDraft> = {
  name: 'metrics',
  options: {
    metrics: { rule: metricsRule, default: true, check: checkMetrics },
    probes: { rule: probesRule, default: {}, check: checkProbes },
  },
  epic: ({ commands$ }): Observable<MetricsDraft> => commands$.pipe(map(toldIn), map(draftOf)),
  attach: {
    load: () => import('../../metrics.js'),
    settings: ({ metrics, probes }): MetricsSettings | undefined => {
      if (metrics === false && probes.port === undefined) return undefined;
      return { metrics: metrics === false ? undefined : metrics, probes };
    },
  },
  events: metricsEvents,
  letters: { 'metrics-listening': '%', 'metrics-limited': '~' },
  sentences: {
    'metrics-listening': ({ url, serves }) => [
      'info',
      serves.includes('metrics') ? `${serves.join(' and ')} at ${url}/metrics` : `probes at ${url}/readyz`,
    ],
    'metrics-limited': ({ why }) => ['warn', `metrics of the application are left out: ${why}`],
  },
};
