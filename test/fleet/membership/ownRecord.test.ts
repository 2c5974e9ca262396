import { distinctUntilChanged, map, type Observable } from 'rxjs';
import { ownRecord } from '../../../src/fleet/membership/ownRecord.js';
import type { ClusterEvent } from '../../../src/features/index.js';
import { latencyBounds } from '../../../src/vocabulary/stats.js';
import type { MemberRecord } from '../../../src/fleet/records/member.js';
import { marbles, ref } from '../../marbles.js';

const identity = { host: 'a', instance: 'a1', pid: 1, version: '2.0.0', since: 0 };

const stamp = { time: 0, seq: 1, cluster: 'web' };
const worker = ref({ cluster: 'web' });

const sample = (uptime: number, slow: number): ClusterEvent => ({
  ...stamp,
  type: 'stats',
  worker,
  uptime,
  report: {
    uptime,
    eventLoop: { utilization: 0, delay: { mean: 0, p50: 0, p99: 0, max: 0 } },
    heap: { used: 0, total: 0, limit: 0 },
    requests: {
      inFlight: 0,
      completed: slow,
      latency: { counts: [...latencyBounds.map((bound) => (bound === 100 ? slow : 0)), 0], sum: 0 },
    },
    connections: 0,
  },
});

const legend: Record<string, ClusterEvent> = {
  f: { ...stamp, type: 'fork', worker, why: 'start' },
  r: { ...stamp, type: 'ready', worker, why: 'listens on *:80' },
  s: { ...stamp, type: 'started', workers: 1, after: 5 },
  x: { ...stamp, type: 'exit', worker, code: 1, signal: null, uptime: 5, requested: false, reason: 'crash' },
  b: { ...stamp, type: 'restart-begin', roll: 1, requests: [], slots: [1] },
  R: { ...stamp, type: 'restart-end', roll: 1, requests: [], result: { outcome: 'done', replaced: [1], kept: [] } },
  e: { ...stamp, type: 'end', why: 'shutdown', after: 5 },
  1: sample(1_000, 0),
  2: sample(2_000, 10),
};

const brief = (record$: Observable<MemberRecord>): Observable<string> =>
  record$.pipe(
    map(({ services: { web } }) =>
      web === undefined
        ? 'nothing'
        : `${web.release} ${web.phase} ${web.available}/${web.size} ${web.crashes} ${web.p99 ?? ''}`,
    ),
  );

marbles('a host begins without services, and says what its clusters do', ({ cold, expectObservable }) => {
  const record$ = cold('--f--r--s--x--e', legend).pipe(ownRecord(identity, () => '1.0'));
  expectObservable(brief(record$), '^ 100ms !').toBe('n-f--r--s--x--e', {
    n: 'nothing',
    f: '1.0 starting 0/1 0 ',
    r: '1.0 starting 1/1 0 ',
    s: '1.0 running 1/1 0 ',
    x: '1.0 running 0/1 1 ',
    e: 'nothing',
  });
});

marbles(
  'the release is asked for at the start and after a restart, and its function is told the last one',
  (helpers) => {
    const { cold, expectObservable } = helpers;
    const record$ = cold('--f--s-bR--x', legend).pipe(ownRecord(identity, (_, before) => `${before}+`));
    const release$ = record$.pipe(
      map(({ services: { web } }) => web?.release ?? 'none'),
      distinctUntilChanged(),
    );
    expectObservable(release$, '^ 100ms !').toBe('n-f-----R', { n: 'none', f: '+', R: '++' });
  },
);

marbles(
  'samples are told every 5 s, as a percentile of the requests of the last 10 s, while there are any',
  ({ cold, expectObservable }) => {
    const record$ = cold('(frs)12', legend).pipe(ownRecord(identity, () => ''));
    expectObservable(brief(record$), '^ 11s !').toBe('(nfrs) 4994ms p 4999ms s', {
      n: 'nothing',
      f: ' starting 0/1 0 ',
      r: ' starting 1/1 0 ',
      s: ' running 1/1 0 ',
      p: ' running 1/1 0 99.75',
    });
  },
);
