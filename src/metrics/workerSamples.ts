import { latencyBounds, type StatsEvent } from '../index.js';

/** What the workers of a slot have used and done together, since they were sampled. */
export interface SlotTotals {
  /** CPU time, in ms. */
  cpu: number;
  /** HTTP requests by their duration. */
  readonly requests: number[];
  /** Of these durations, in ms. */
  requestTime: number;
}

/** The last sample of a worker, and when it arrived. */
export interface TakenSample {
  readonly event: StatsEvent;
  readonly at: number;
  /** When its first sample arrived. */
  readonly since: number;
}

type Report = NonNullable<StatsEvent['report']>;

/** A counter that began again is counted from 0. */
const growth = (after: number, before = 0): number => Math.max(0, after >= before ? after - before : after);

/** Keeps the last sample of each worker, and adds up its counters by slot, so that they do not go back when a worker is replaced. */
export const workerSamples = () => {
  const last = new Map<number, TakenSample>();
  /** The last report can be older than the last sample. */
  const reports = new Map<number, Report>();
  const cpus = new Map<number, number>();
  const totals = new Map<number, SlotTotals>();

  const totalOf = (slot: number): SlotTotals => {
    const known = totals.get(slot);
    if (known !== undefined) return known;
    const added = { cpu: 0, requests: Array.from({ length: latencyBounds.length + 1 }, () => 0), requestTime: 0 };
    totals.set(slot, added);
    return added;
  };

  const addReport = (total: SlotTotals, report: Report, before: Report | undefined) => {
    const { counts, sum } = report.requests.latency;
    for (let at = 0; at <= latencyBounds.length; at += 1)
      total.requests[at] = (total.requests[at] ?? 0) + growth(counts[at] ?? 0, before?.requests.latency.counts[at]);
    total.requestTime += growth(sum, before?.requests.latency.sum);
  };

  return {
    /** Takes a sample. `now`: in ms of a monotonic clock. */
    add: (event: StatsEvent, now: number): void => {
      const { worker, usage, report } = event;
      const total = totalOf(worker.slot);
      if (usage !== undefined) {
        total.cpu += growth(usage.cpu, cpus.get(worker.id));
        cpus.set(worker.id, usage.cpu);
      }
      if (report !== undefined && report !== reports.get(worker.id)) {
        addReport(total, report, reports.get(worker.id));
        reports.set(worker.id, report);
      }
      last.set(worker.id, { event, at: now, since: last.get(worker.id)?.since ?? now });
    },
    /** The worker has exited. */
    end: (id: number): void => {
      last.delete(id);
      reports.delete(id);
      cpus.delete(id);
    },
    /** Workers are not sampled any more: their samples become old, and their counters go on from here. */
    pause: (): void => last.clear(),
    last: (id: number): TakenSample | undefined => last.get(id),
    totals: (): ReadonlyMap<number, SlotTotals> => totals,
    size: (): number => last.size + reports.size + cpus.size,
  };
};
