import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Family } from './family.js';

/** In ms. A finer one would cost the master more. */
const resolution = 50;
const nanoseconds = 1e9;
/** Two scrapes within this time get the same values of the loop, in ms: of two Prometheus servers each would reset the other's. */
const minPeriodMs = 1_000;

/** The histogram has the time between two ticks. */
const late = (ns: number): number => Math.max(0, ns / nanoseconds - resolution / 1000);

/** Measures the master's own event loop while the workers are sampled. */
export const masterLoop = () => {
  let delays: IntervalHistogram | undefined;
  let since = performance.eventLoopUtilization();
  let readAt = 0;
  let loop: readonly Family[] = [];

  const read = (): readonly Family[] => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, since);
    since = now;
    const busy = gauge(
      'eventloop_utilization',
      'ratio',
      'The share of the time in which the event loop of the master was busy.',
      utilization,
    );
    if (delays === undefined || delays.count === 0) return [busy];
    const families = [
      busy,
      gauge('eventloop_delay_mean', 'seconds', 'How late timers of the master were, on average.', late(delays.mean)),
      gauge(
        'eventloop_delay_p99',
        'seconds',
        'How late timers of the master were: 99 % were not later.',
        late(delays.percentile(99)),
      ),
      gauge('eventloop_delay_max', 'seconds', 'How late timers of the master were at most.', late(delays.max)),
    ];
    delays.reset();
    return families;
  };

  return {
    begin: (): void => {
      if (delays !== undefined) return;
      delays = monitorEventLoopDelay({ resolution });
      delays.enable();
      since = performance.eventLoopUtilization();
      readAt = performance.now();
    },
    end: (): void => {
      delays?.disable();
      delays = undefined;
      loop = [];
    },
    families: (): readonly Family[] => {
      const now = performance.now();
      if (delays !== undefined && now - readAt >= minPeriodMs) {
        loop = read();
        readAt = now;
      }
      const { rss, heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      return [
        ...loop,
        gauge('memory_usage', 'bytes', 'The resident memory of the master.', rss),
        gauge('heap_used', 'bytes', 'The memory that the objects of the master use.', heapUsed),
        gauge('uptime', 'seconds', 'For how long the master has run.', process.uptime()),
        {
          name: 'proteus_cluster_master_cpu_time_seconds',
          type: 'counter',
          unit: 'seconds',
          help: 'The CPU time that the master has used, user and system together.',
          samples: [{ suffix: '_total', labels: {}, value: (user + system) / 1e6 }],
        },
      ];
    },
  };
};

const gauge = (what: string, unit: string, help: string, value: number): Family => ({
  name: `proteus_cluster_master_${what}_${unit}`,
  type: 'gauge',
  unit,
  help,
  samples: [{ suffix: '', labels: {}, value }],
});
