/** How busy the event loop of this worker is, and how late its timers are. */
import type { IntervalHistogram } from 'node:perf_hooks';
import type { WorkerReport } from '../../vocabulary/stats.js';

type EventLoop = WorkerReport['eventLoop'];

/** How often Node measures the delay of its timers, in ms. */
const resolutionMs = 50;
/**
 * The delay is only measured while the worker uses this share of a core: the measurement wakes the process, which would be most of the cost of an idle worker. CPU time and
 * not the utilization, which goes by the wall clock: where CPU is short, the measurement alone would keep it high.
 */
const minCpuShare = 0.01;

interface Observation {
  /** The values since the last call. Call it when a timer has run, with how late it was, in ms. */
  readonly read: (late: number) => EventLoop;
  /** Whether the worker used less than `minCpuShare` before that call. */
  readonly wasIdle: () => boolean;
  readonly end: () => void;
}

const observe = (): Observation => {
  let before = performance.eventLoopUtilization();
  let cpu = process.cpuUsage();
  let last = performance.now();
  let delays: IntervalHistogram | undefined;
  let idle = false;
  return {
    wasIdle: () => idle,
    read: (late) => {
      const now = performance.now();
      const after = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(after, before);
      const delay = delaysOf(delays, late);
      const used = process.cpuUsage();
      const share = (used.user + used.system - cpu.user - cpu.system) / 1_000 / (now - last);
      cpu = used;
      last = now;
      before = after;
      idle = share < minCpuShare;
      if (idle) {
        delays?.disable();
        delays = undefined;
      } else if (delays === undefined) {
        delays = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: resolutionMs });
        delays.enable();
      } else delays.reset();
      return { utilization: Math.min(1, Math.max(0, utilization)), delay };
    },
    end: () => delays?.disable(),
  };
};

/** `late`: how late the report is. */
const delaysOf = (delays: IntervalHistogram | undefined, late: number): EventLoop['delay'] => {
  if (delays === undefined || delays.count === 0) return { mean: late, p50: late, p99: late, max: late };
  return {
    mean: lateness(delays.mean),
    p50: lateness(delays.percentile(50)),
    p99: lateness(delays.percentile(99)),
    max: Math.max(late, lateness(delays.max)),
  };
};

/** Node records the time between two measurements, in ns. */
const lateness = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);

export { observe };
