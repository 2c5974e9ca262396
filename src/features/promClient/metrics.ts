import type { WorkerRef } from '../../vocabulary/events.js';

/** The metrics that the application in a worker has registered with prom-client, as they were when the master last asked. */
export interface ApplicationMetrics {
  readonly worker: WorkerRef;
  readonly metrics: readonly ApplicationMetric[];
  /** How many values were left out: because they do not fit, or because there were too many. */
  readonly leftOut: number;
}

/** One metric, as prom-client's `getMetricsAsJSON()` describes it. */
export interface ApplicationMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  /** How the values of several workers become one. */
  readonly aggregator: 'sum' | 'first' | 'min' | 'max' | 'average' | 'omit';
  readonly values: readonly ApplicationValue[];
}

export interface ApplicationValue {
  /** The name of the sample: of a histogram `…_bucket`, `…_sum` and `…_count`, otherwise that of the metric. */
  readonly sample: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
