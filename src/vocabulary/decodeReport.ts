import { latencyBounds, type WorkerReport } from './stats.js';

/** Reads what a worker reports about itself; `undefined` for what does not fit. Accepts any input. Fields that are unknown are left out. */
export const decodeReport = (value: unknown): WorkerReport | undefined => {
  const { uptime, eventLoop, heap, requests, connections } = fieldsOf(value);
  const { utilization, delay } = fieldsOf(eventLoop);
  const { mean, p50, p99, max } = fieldsOf(delay);
  const { used, total, limit } = fieldsOf(heap);
  const { inFlight, completed, latency } = fieldsOf(requests);
  const { counts, sum } = fieldsOf(latency);
  if (!isAmount(uptime) || !isCount(connections)) return undefined;
  if (!isAmount(utilization) || utilization > 1) return undefined;
  if (!isAmount(mean) || !isAmount(p50) || !isAmount(p99) || !isAmount(max)) return undefined;
  if (!isAmount(used) || !isAmount(total) || !isAmount(limit)) return undefined;
  if (!isCount(inFlight) || !isCount(completed) || !isCounts(counts) || !isAmount(sum)) return undefined;
  return {
    uptime,
    eventLoop: { utilization, delay: { mean, p50, p99, max } },
    heap: { used, total, limit },
    requests: { inFlight, completed, latency: { counts: [...counts], sum } },
    connections,
  };
};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const isAmount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length === latencyBounds.length + 1 && value.every(isCount);
