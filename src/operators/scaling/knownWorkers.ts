/** What `autoscale` reads of a sample of `stats$`. */
export interface WorkerSample {
  readonly worker: { readonly id: number; readonly slot: number; readonly cluster: string };
  /** From its fork to the sample, in ms. */
  readonly uptime: number;
  /** Left out where the operating system does not say. `rss` in bytes. */
  readonly usage?: { readonly rss: number } | undefined;
  /** Left out until the worker has reported. `p99` in ms. */
  readonly report?:
    | {
        readonly eventLoop: { readonly utilization: number; readonly delay: { readonly p99: number } };
        readonly requests: { readonly inFlight: number };
      }
    | undefined;
  /** How old the report is, in ms. */
  readonly age?: number | undefined;
}

/** What the workers of all slots were like in one second. */
export interface Reading {
  /** The sum of the utilisations: how many workers would be busy all the time. */
  readonly demand: number;
  /** Slots that cannot be judged: nobody is there, or a worker that boots. */
  readonly unknown: number;
  /** How late timers are (99th percentile), in ms: the mean of the slots that can be judged. */
  readonly delay: number;
  /** HTTP requests in flight in all slots. */
  readonly inFlight: number;
  /** The memory of a worker, in bytes: the mean. 0 where the operating system does not say. */
  readonly rss: number;
  /** The highest slot in which there is somebody; 0 for none. */
  readonly highest: number;
}

interface Known {
  readonly sample: WorkerSample;
  /** The second of its first sample, and that of its last. */
  readonly since: number;
  readonly seen: number;
}

/** A worker that is not heard of for longer has left. In seconds. */
const patience = 3;

/** The workers of a cluster, from their samples, which come in any order. Times in seconds from the subscription. */
export const knownWorkers = (warmup: number) => {
  const known = new Map<number, Known>();

  const hear = (sample: WorkerSample, now: number): void => {
    const { id } = sample.worker;
    known.set(id, { sample, since: known.get(id)?.since ?? now, seen: now });
  };

  const forget = (now: number): void => {
    for (const [id, { seen }] of known) if (now - seen > patience) known.delete(id);
  };

  /** The highest slot in which there is somebody who came after `since`; 0 for none. */
  const highestSlot = (since = -1): number =>
    [...known.values()].reduce(
      (highest, worker) => (worker.since > since ? Math.max(highest, worker.sample.worker.slot) : highest),
      0,
    );

  /** What they are like now in the slots up to `size`. Workers in higher slots are leaving. */
  const read = (size: number): Reading => {
    const within = [...known.values()].filter(({ sample }) => sample.worker.slot <= size);
    const judged = judgedBySlot(within.filter(({ sample }) => sample.uptime >= warmup * 1_000 && sample.report));
    return {
      demand: sum(judged, utilization),
      unknown: size - judged.length,
      delay: mean(judged, ({ report }) => report?.eventLoop.delay.p99 ?? 0),
      inFlight: sum(
        within.map(({ sample }) => sample),
        ({ report }) => report?.requests.inFlight ?? 0,
      ),
      rss: mean(
        judged.filter(({ usage }) => usage !== undefined),
        ({ usage }) => usage?.rss ?? 0,
      ),
      highest: highestSlot(),
    };
  };

  return { hear, forget, highestSlot, read };
};

/** In a restart a slot has two workers: the younger one counts as soon as it can be judged. */
const judgedBySlot = (workers: readonly Known[]): readonly WorkerSample[] => {
  const bySlot = new Map<number, WorkerSample>();
  for (const { sample } of workers) {
    const other = bySlot.get(sample.worker.slot);
    if (other === undefined || other.worker.id < sample.worker.id) bySlot.set(sample.worker.slot, sample);
  }
  return [...bySlot.values()];
};

/** A worker whose report is old is blocked, so its event loop is busy. */
const utilization = ({ report, age = 0 }: WorkerSample): number =>
  age > patience * 1_000 ? 1 : (report?.eventLoop.utilization ?? 0);

const sum = (samples: readonly WorkerSample[], value: (sample: WorkerSample) => number): number =>
  samples.reduce((total, sample) => total + value(sample), 0);

const mean = (samples: readonly WorkerSample[], value: (sample: WorkerSample) => number): number =>
  samples.length === 0 ? 0 : sum(samples, value) / samples.length;
