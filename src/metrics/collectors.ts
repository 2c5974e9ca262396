import type { ApplicationMetrics, ClusterAttachment, ClusterEvent, MetricsSettings, MetricsTold } from '../index.js';
import { applicationFamilies } from './applicationFamilies.js';
import { clusterCounts } from './clusterCounts.js';
import { isReady, slotsOf } from './slots.js';
import { workerSamples } from './workerSamples.js';

/** What is known for the metrics and probes of one cluster. */
export interface Collector {
  readonly cluster: string;
  readonly settings: MetricsSettings;
  readonly counts: ReturnType<typeof clusterCounts>;
  readonly samples: ReturnType<typeof workerSamples>;
  readonly application: ReturnType<typeof applicationFamilies>;
  readonly traffic: ClusterAttachment['traffic'];
  /** Whether workers report about themselves: the preload is loaded. */
  readonly reports: boolean;
  readonly see: (event: ClusterEvent) => void;
  readonly readiness: () => Readiness;
}

/** Whether enough workers are ready. */
export interface Readiness {
  readonly ready: number;
  readonly needed: number;
  readonly slots: number;
  readonly stopping: boolean;
  /** Enough workers have been ready once. */
  readonly started: boolean;
}

export const collector = ({
  cluster,
  settings,
  config,
  traffic,
  tell,
}: ClusterAttachment<MetricsSettings>): Collector => {
  const counts = clusterCounts();
  const samples = workerSamples();
  const application = applicationFamilies(cluster, (why) => tell({ told: 'limited', why } satisfies MetricsTold));
  let started = false;

  const readiness = (): Readiness => {
    const open = slotsOf(cluster).filter((slot) => slot.open);
    const ready = open.filter(isReady).length;
    const needed = neededOf(settings.probes.ready ?? 1, open.length);
    started ||= open.length > 0 && ready >= needed;
    return { ready, needed, slots: open.length, stopping: counts.stops(), started };
  };

  const see = (event: ClusterEvent): void => {
    counts.see(event, performance.now());
    if (event.type === 'stats') samples.add(event, performance.now());
    else if (event.type === 'ready') readiness();
    else if (event.type === 'exit') {
      samples.end(event.worker.id);
      application.end(event.worker.id);
    }
  };

  return {
    cluster,
    settings,
    counts,
    samples,
    application,
    traffic,
    reports: config['preload'] !== false,
    see,
    readiness,
  };
};

/** How many slots of so many must be ready. */
const neededOf = (ready: number | `${number}%`, slots: number): number => {
  const wanted = typeof ready === 'number' ? ready : Math.ceil((parseFloat(ready) / 100) * slots);
  return Math.max(1, Math.min(wanted, slots));
};

/** The clusters of this process whose metrics are kept, by name. */
export const collectors = new Map<string, Collector>();

/** An answer of a worker of any cluster. */
export const takeAnswer = (metrics: ApplicationMetrics): void => {
  const of = collectors.get(metrics.worker.cluster);
  if (of === undefined || !isWanted(of.settings)) return;
  of.application.take(metrics, performance.now());
};

const isWanted = ({ metrics }: MetricsSettings): boolean =>
  metrics === true || (metrics !== undefined && metrics.application !== false);
