import { type StatsEvent, statsBetween } from '../../index.js';
import { type MasterView, type Point, slotKey } from './view.js';

/** Five minutes. */
const maxPoints = 300;
/** A report that is older says nothing about the worker now. In ms. */
const maxReportAge = 3_000;

/** The master after a sample of one of its workers. */
export const withSample = (master: MasterView, sample: StatsEvent): MasterView => {
  const { worker, cluster } = sample;
  const key = slotKey(cluster, worker.slot);
  const before = master.samples.get(worker.id);
  const points = [...(master.history.get(key) ?? []), pointOf(before, sample)].slice(-maxPoints);
  return {
    ...master,
    samples: new Map(master.samples).set(worker.id, sample),
    history: new Map(master.history).set(key, points),
  };
};

const pointOf = (
  before: StatsEvent | undefined,
  { time, worker, usage, report, age = 0, ...sample }: StatsEvent,
): Point => {
  const rates = before === undefined ? undefined : statsBetween(before, { worker, usage, report, ...sample });
  const { cpu, requests } = rates ?? {};
  const isRecent = report !== undefined && age <= maxReportAge;
  return {
    time,
    worker: worker.id,
    ...(cpu !== undefined && { cpu }),
    ...(usage !== undefined && { rss: usage.rss }),
    ...(isRecent && { loop: report.eventLoop.utilization }),
    ...(isRecent && requests !== undefined && { requests: requests.perSecond, counts: requests.latency.counts }),
  };
};

/** The master without the samples of a worker that has exited. */
export const withoutSamples = (master: MasterView, worker: number): MasterView => {
  if (!master.samples.has(worker)) return master;
  const samples = new Map(master.samples);
  samples.delete(worker);
  return { ...master, samples };
};
