import { readFileSync } from 'node:fs';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { ClusterEvent, StatsEvent } from '../../src/index.js';
import { metrics } from '../../src/otel.js';
import type { EventDraft } from '../../src/vocabulary/events.js';
import { life, ref, stamped } from '../marbles.js';
import { memoryMeter } from './sdk.js';

const given = () => {
  const { meter, read } = memoryMeter();
  const events$ = new Subject<ClusterEvent>();
  const stats$ = new Subject<StatsEvent>();
  const measuring = metrics({ meter, events$, stats$ });
  const tell = (draft: EventDraft, time = 0) => events$.next({ ...stamped(draft), time });
  return { read, events$, stats$, measuring, tell };
};

const one = life(ref({ id: 1, slot: 1 }));
const result = { outcome: 'aborted', roll: 1, replaced: [], kept: [1], cause: { why: 'it exited' } } as const;

/** A sample of a worker that has used so much CPU time, in ms. */
const sample = (id: number, cpu: number, completed = 0): StatsEvent => ({
  type: 'stats',
  time: 0,
  seq: 0,
  cluster: 'test',
  worker: ref({ id, slot: 1, generation: id }),
  uptime: 4000,
  age: 500,
  usage: { state: 'running', rss: 70_000_000, cpu },
  report: {
    uptime: 4000,
    eventLoop: { utilization: 0.25, delay: { mean: 1, p50: 2, p99: 30, max: 40 } },
    heap: { used: 10, total: 20, limit: 30 },
    requests: { inFlight: 3, completed, latency: { counts: [], sum: completed * 10 } },
    connections: 5,
  },
});

test('events are counted, and leaving and rolls are measured', async () => {
  const { tell, read } = given();
  tell(one.f);
  tell({ type: 'restart-begin', roll: 1, requests: [], slots: [1] }, 1000);
  tell(one.t, 2000);
  tell(one.k, 3000);
  tell(one.x, 4500);
  tell({ type: 'restart-abort', roll: 1, requests: [], result }, 5000);
  tell({ type: 'cut', worker: ref(), connections: 2, why: 'late' });
  tell({ type: 'log-dropped', lines: 7, total: 7, why: 'full' });
  expect(await read()).toEqual(
    expect.arrayContaining([
      'proteus_cluster.forks{cluster=test,slot=1,why=start} 1 {worker}',
      'proteus_cluster.exits{cluster=test,reason=requested} 1 {worker}',
      'proteus_cluster.kills{cluster=test,signal=SIGKILL} 1 {signal}',
      'proteus_cluster.rolls{cluster=test,outcome=aborted} 1 {roll}',
      'proteus_cluster.cut_connections{cluster=test} 2 {connection}',
      'proteus_cluster.log_dropped_lines{cluster=test} 7 {line}',
      'proteus_cluster.drain_duration{cluster=test} 1/2.5 s',
      'proteus_cluster.roll_duration{cluster=test} 1/4 s',
    ]),
  );
});

test('the last sample of each worker has the names of the semantic conventions', async () => {
  const { stats$, read } = given();
  stats$.next(sample(1, 1500, 40));
  const labels = 'cluster=test,slot=1,generation=1';
  expect(await read()).toEqual(
    expect.arrayContaining([
      `process.uptime{${labels}} 4 s`,
      `proteus_cluster.sample_age{${labels}} 0.5 s`,
      `process.memory.usage{${labels}} 70000000 By`,
      `nodejs.eventloop.utilization{${labels}} 0.25 1`,
      `nodejs.eventloop.delay.p99{${labels}} 0.03 s`,
      `v8js.memory.heap.used{${labels}} 10 By`,
      `v8js.memory.heap.limit{${labels}} 30 By`,
      `http.server.active_requests{${labels}} 3 {request}`,
      `proteus_cluster.connections{${labels}} 5 {connection}`,
      'process.cpu.time{cluster=test,slot=1} 1.5 s',
      'proteus_cluster.requests{cluster=test,slot=1} 40 {request}',
      'proteus_cluster.request_time{cluster=test,slot=1} 0.4 s',
    ]),
  );
});

test('counters of a slot go on when its worker is replaced, and a worker that has exited is not measured', async () => {
  const { stats$, tell, read } = given();
  stats$.next(sample(1, 1000, 30));
  stats$.next(sample(1, 1500, 40));
  tell(one.x);
  stats$.next(sample(2, 200, 2));
  const lines = await read();
  expect(lines).toContain('process.cpu.time{cluster=test,slot=1} 1.7 s');
  expect(lines).toContain('proteus_cluster.requests{cluster=test,slot=1} 42 {request}');
  expect(lines.filter((line) => line.startsWith('process.uptime'))).toEqual([
    'process.uptime{cluster=test,slot=1,generation=2} 4 s',
  ]);
});

test('the names are those of the metrics that the master serves as text', async () => {
  const { stats$, tell, read } = given();
  stats$.next(sample(1, 1500, 40));
  tell(one.f);
  tell(one.x);
  const served = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const names = (await read()).map((line) => line.slice(0, line.indexOf('{')));
  const own = new Set(['proteus_cluster.requests', 'proteus_cluster.request_time']);
  const unknown = names.filter((name) => !own.has(name) && !served.includes(`\`${name.replaceAll('.', '_')}`));
  expect(unknown).toEqual([]);
  expect(names.length).toBeGreaterThan(3);
});

test('unsubscribing ends everything', async () => {
  const { measuring, events$, stats$, read } = given();
  stats$.next(sample(1, 1500));
  measuring.unsubscribe();
  expect([events$.observed, stats$.observed]).toEqual([false, false]);
  expect(await read()).toEqual([]);
});

test('without an SDK nothing happens', () => {
  const events$ = new Subject<ClusterEvent>();
  const measuring = metrics({ events$, stats$: new Subject() });
  events$.next(stamped(one.f));
  measuring.unsubscribe();
  expect(events$.observed).toBe(false);
});
