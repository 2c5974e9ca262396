import type { EventLine, MasterReport } from '../../src/client.js';
import {
  type ClusterEvent,
  describeEvent,
  type LogRecord,
  type StatsEvent,
  type WorkerReport,
} from '../../src/index.js';
import { foldInput } from '../../src/terminal/model/foldInput.js';
import type { Input } from '../../src/terminal/model/input.js';
import { newView, type View } from '../../src/terminal/model/view.js';

export const at = '/run/4711.sock';
/** 12:00:00 in the local zone. */
export const noon = new Date(2026, 0, 2, 12).getTime();

type Draft = Record<string, unknown> & { readonly type: string };

const worker = (id: number, slot: number, generation = 1) => ({
  id,
  slot,
  generation,
  pid: 1_000 + id,
  cluster: 'web',
});

/** An event of the cluster `web`, so many ms after noon, with its sentence. */
const eventLine = (after: number, draft: Draft): EventLine => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const event = { time: noon + after, seq: after, cluster: 'web', ...draft } as unknown as ClusterEvent;
  const [level, text] = describeEvent(event) ?? ['debug', event.type];
  return { id: after, level, text, event };
};

export const event = (after: number, draft: Draft): Input => ({ type: 'event', at, line: eventLine(after, draft) });
export const of = (type: string, id: number, slot: number, more: object = {}): Draft => ({
  type,
  worker: worker(id, slot),
  ...more,
});
export const fork = (id: number, slot: number, why = 'start', generation = 1): Draft => ({
  type: 'fork',
  worker: worker(id, slot, generation),
  why,
});
export const ready = (id: number, slot: number): Draft => of('ready', id, slot, { why: 'listens on 127.0.0.1:8080' });
export const exit = (id: number, slot: number, reason: string, uptime: number): Draft =>
  of('exit', id, slot, {
    code: Number(reason !== 'requested'),
    signal: null,
    requested: reason === 'requested',
    reason,
    uptime,
  });

export const tick = (after: number): Input => ({ type: 'tick', now: noon + after });
export const found: Input = { type: 'found', at, pid: 4_711 };

export const report = (after: number, clusters: MasterReport['clusters'] = []): Input => ({
  type: 'report',
  at,
  report: { pid: 4_711, version: '2.0.0', format: 1, time: noon + after, startedAt: noon, clusters },
});

const counts = (fast: number, slow: number): readonly number[] =>
  Array.from({ length: 18 }, (_, bucket) => (bucket === 3 ? fast : bucket === 9 ? slow : 0));

/** A sample of a worker that has used so much CPU (ms) and answered so many requests since its fork, a tenth of them slowly. */
export const sample = (
  after: number,
  id: number,
  slot: number,
  { cpu = 0, rss = 50, requests = 0, loop = 0.1, age = 0 } = {},
): Input => {
  const uptime = after;
  const latency = { counts: counts(requests * 0.9, requests * 0.1), sum: 0 };
  const eventReport: WorkerReport = {
    uptime,
    eventLoop: { utilization: loop, delay: { mean: 0, p50: 0, p99: 0, max: 0 } },
    heap: { used: 0, total: 0, limit: 0 },
    requests: { inFlight: 0, completed: requests, latency },
    connections: 0,
  };
  const stats: StatsEvent = {
    type: 'stats',
    time: noon + after,
    seq: 0,
    cluster: 'web',
    worker: worker(id, slot),
    uptime,
    usage: { state: 'running', rss: rss * 1_048_576, cpu },
    report: eventReport,
    age,
  };
  return { type: 'sample', at, sample: stats };
};

export const log = (after: number, slot: number, msg: string, more: Partial<LogRecord> = {}): Input => ({
  type: 'log',
  record: { worker: worker(slot, slot), output: 'stdout', level: 30, time: noon + after, msg, fields: {}, ...more },
});

/** Two workers that are ready, after 1.1 s. */
export const started: readonly Input[] = [
  tick(0),
  found,
  report(-1),
  event(10, fork(1, 1)),
  event(20, fork(2, 2)),
  event(1_000, ready(1, 1)),
  event(1_010, ready(2, 2)),
  event(1_020, { type: 'started', workers: 2, after: 1_010 }),
  event(1_030, of('available', 1, 1)),
  event(1_040, of('available', 2, 2)),
  tick(2_000),
];

export const viewOf = (...inputs: readonly Input[]): View => inputs.reduce(foldInput, newView(noon));
