import type { Line } from '../../../src/web/page/watched/line.js';

export const workerAt = (slot: number, id = slot, generation = 1) => ({
  id,
  slot,
  generation,
  pid: 1_000 + id,
  cluster: 'shop',
});

/** Events of the cluster `shop` as lines, one every 10 ms, with ids from 1. */
export const eventLines = (drafts: readonly object[], from = 1): readonly Line[] =>
  drafts.map((draft, at) => {
    const id = from + at;
    const event = { time: 10 * id, seq: id, cluster: 'shop', ...draft };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return { kind: 'event', value: { id, level: 'info', text: `event ${id}`, event } } as unknown as Line;
  });

/** The first line of a stream. */
export const statusLine = (last: number, clusters: readonly object[] = [], more: object = {}): Line => {
  const status = { pid: 1, version: '2.0.0', format: 1, time: 10 * last, startedAt: 0, clusters, ...more };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { kind: 'status', value: { status, last } } as unknown as Line;
};

interface Sampled {
  readonly id?: number;
  readonly time: number;
  readonly cpu?: number;
  readonly completed?: number;
  readonly age?: number;
}

/** A sample of a worker of `shop`, with requests that all took 2 to 2.5 ms. */
export const sampleLine = ({ id = 1, time, cpu = 0, completed = 0, age = 0 }: Sampled): Line => {
  const counts = [0, 0, completed, ...Array.from({ length: 15 }, () => 0)];
  const value = {
    type: 'stats',
    time,
    seq: 1,
    cluster: 'shop',
    worker: workerAt(id),
    uptime: time,
    usage: { state: 'running', rss: 50 * 2 ** 20, cpu },
    report: {
      uptime: time - age,
      eventLoop: { utilization: 0.5, delay: { mean: 1, p50: 1, p99: 1, max: 1 } },
      heap: { used: 1, total: 1, limit: 1 },
      requests: { inFlight: 3, completed, latency: { counts, sum: 2 * completed } },
      connections: 0,
    },
    age,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { kind: 'sample', value } as unknown as Line;
};

export const recordLine = (msg: string, time = 0): Line => ({
  kind: 'record',
  value: { worker: workerAt(1), output: 'stdout', level: 30, time, msg, fields: {} },
});
