import { listOf, oneOf, text } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';

/** What a server answers. */
export type Served = 'metrics' | 'probes';

export type MetricsDraft =
  /** A server for metrics or probes listens. */
  | { readonly type: 'metrics-listening'; readonly url: string; readonly serves: readonly Served[] }
  /** Metrics of the application are left out. */
  | { readonly type: 'metrics-limited'; readonly why: string };

export const metricsEvents: EventSchemas<MetricsDraft> = {
  'metrics-listening': {
    about: 'master',
    when: 'With `metrics.port` or `probes.port`: the server listens.',
    fields: {
      url: text('Where, such as `http://127.0.0.1:9464`.'),
      serves: listOf(oneOf(['metrics', 'probes'], ''), 'What it answers.'),
    },
  },
  'metrics-limited': {
    about: 'master',
    when: 'Metrics that the application has registered with prom-client are left out: there are too many, they do not fit, or a name is taken. Once for each reason.',
    fields: { why: text('The reason, in words.') },
  },
};
