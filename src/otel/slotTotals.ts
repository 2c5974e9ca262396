import type { StatsEvent } from '../index.js';

/** What the workers of a slot have used and done together, since they were sampled. Times in ms. */
export interface SlotTotal {
  readonly cluster: string;
  readonly slot: number;
  cpu: number;
  requests: number;
  requestTime: number;
}

interface Counts {
  readonly cpu: number;
  readonly requests: number;
  readonly requestTime: number;
}

/** Adds up the counters of workers by slot. */
export const slotTotals = () => {
  const totals = new Map<string, SlotTotal>();
  /** By worker. What is not known yet is what it was. */
  const before = new Map<number, Counts>();
  return {
    add: ({ worker: { id, cluster, slot }, usage, report }: StatsEvent): void => {
      const key = `${slot} ${cluster}`;
      const total = totals.get(key) ?? { cluster, slot, cpu: 0, requests: 0, requestTime: 0 };
      totals.set(key, total);
      const was = before.get(id) ?? { cpu: 0, requests: 0, requestTime: 0 };
      const is: Counts = {
        cpu: usage?.cpu ?? was.cpu,
        requests: report?.requests.completed ?? was.requests,
        requestTime: report?.requests.latency.sum ?? was.requestTime,
      };
      total.cpu += Math.max(0, is.cpu - was.cpu);
      total.requests += Math.max(0, is.requests - was.requests);
      total.requestTime += Math.max(0, is.requestTime - was.requestTime);
      before.set(id, is);
    },
    /** The worker has exited. */
    end: (id: number): void => void before.delete(id),
    all: (): Iterable<SlotTotal> => totals.values(),
  };
};
