import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { foldStatus, type MasterStatus } from '../../src/status.js';

type Draft = Record<string, unknown> & { readonly type: string };

/** Events of the cluster `web`, one every 10 ms. */
const eventsOf = (drafts: readonly Draft[]): readonly ClusterEvent[] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  drafts.map((draft, at) => ({ time: at * 10, seq: at + 1, cluster: 'web', ...draft })) as unknown as ClusterEvent[];

const folded = (...drafts: readonly Draft[]): MasterStatus => eventsOf(drafts).reduce(foldStatus, []);
const only = (...drafts: readonly Draft[]) => {
  const [status] = folded(...drafts);
  if (status === undefined) throw new Error('there is no cluster');
  return status;
};
const slotsOf = (...drafts: readonly Draft[]) => only(...drafts).slots.map(({ slot, state }) => `${slot} ${state}`);
const workersOf = (...drafts: readonly Draft[]) =>
  only(...drafts).slots.flatMap(({ workers }) => workers.map(({ id, state }) => `${id} ${state}`));

const worker = (id: number, slot: number, generation = 1) => ({
  id,
  slot,
  generation,
  pid: 1_000 + id,
  cluster: 'web',
});
const address = { address: '127.0.0.1', port: 8080, addressType: 4 };
const fork = (id: number, slot: number, why = 'start', generation = 1): Draft => ({
  type: 'fork',
  worker: worker(id, slot, generation),
  why,
});
const of = (type: string, id: number, slot: number, more: object = {}): Draft => ({
  type,
  worker: worker(id, slot),
  ...more,
});
const ready = (id: number, slot: number) => of('ready', id, slot, { why: 'listens on 127.0.0.1:8080' });
const exit = (id: number, slot: number, reason: string): Draft =>
  of('exit', id, slot, { code: 1, signal: null, requested: reason === 'requested', reason, uptime: 20 });

const started: readonly Draft[] = [
  fork(1, 1),
  fork(2, 2),
  of('listening', 1, 1, { address }),
  ready(1, 1),
  ready(2, 2),
  { type: 'started', workers: 2, after: 40 },
];

test('a cluster that starts has its slots and workers, and runs when all have been ready', () => {
  expect(only(...started.slice(0, 4))).toMatchObject({
    cluster: 'web',
    phase: 'starting',
    size: 2,
    ready: 1,
    startedAt: 0,
  });
  expect(only(...started)).toMatchObject({ phase: 'running', size: 2, ready: 2 });
  expect(slotsOf(...started.slice(0, 4))).toEqual(['1 running', '2 starting']);
  expect(only(...started).slots[0]?.workers).toEqual([
    {
      ...worker(1, 1),
      state: 'ready',
      since: 30,
      why: 'listens on 127.0.0.1:8080',
      forkedAt: 0,
      readyAt: 30,
      listens: [address],
    },
  ]);
});

test('a worker that crashed is counted, and its slot waits for the next one', () => {
  const crashed = [
    ...started,
    exit(1, 1, 'crash'),
    { type: 'backoff', slot: 1, worker: worker(1, 1), delay: 100, charged: true, spent: 1, limit: 100 },
  ];
  expect(only(...crashed)).toMatchObject({ crashes: 1, ready: 1 });
  expect(only(...crashed).slots[0]).toMatchObject({
    state: 'backoff',
    until: 170,
    crashes: 1,
    workers: [],
    lastExit: { time: 60, code: 1, reason: 'crash', worker: worker(1, 1), text: expect.stringContaining('worker 1') },
  });
  const again = only(...crashed, fork(3, 1, 'respawn', 2));
  expect(again.slots[0]).toMatchObject({ state: 'starting', generation: 2, workers: [{ id: 3, state: 'booting' }] });
  expect(again.slots[0]).not.toHaveProperty('until');
});

test('a restart shows which slots it has replaced, and then how it ended', () => {
  const begun = [
    ...started,
    { type: 'restart-begin', roll: 1, requests: ['a'], slots: [1, 2] },
    { type: 'replace-begin', roll: 1, slot: 1, overlap: true },
    fork(3, 1, 'roll', 2),
  ];
  expect(only(...begun)).toMatchObject({
    phase: 'restarting',
    roll: { roll: 1, slots: [1, 2], replaced: [], since: 60 },
  });
  expect(slotsOf(...begun)).toEqual(['1 replacing', '2 running']);
  const half = [...begun, ready(3, 1), { type: 'replace-end', roll: 1, slot: 1, worker: worker(3, 1, 2) }];
  expect(only(...half).roll?.replaced).toEqual([1]);
  expect(only(...half).slots[0]).toMatchObject({ state: 'running', restarts: 1, generation: 2 });
  const result = { outcome: 'aborted', replaced: [1], kept: [2], cause: { why: 'it was not ready in time' } };
  const aborted = only(...half, { type: 'restart-abort', roll: 1, requests: ['a'], result });
  expect(aborted).toMatchObject({
    phase: 'running',
    restarts: 1,
    lastRoll: { roll: 1, outcome: 'aborted', replaced: [1], kept: [2], why: 'it was not ready in time' },
  });
  expect(aborted).not.toHaveProperty('roll');
});

test.each([
  ['paused', [of('pause', 1, 1, { why: 'pause()', serves: false })]],
  ['hung', [of('hung', 1, 1, { why: 'loop', silent: 60_000 })]],
  ['leaving', [of('retire', 1, 1, { why: 'replaced' })]],
  ['leaving', [of('disconnect', 1, 1, { requested: false })]],
  ['leaving', [of('pause', 1, 1, { why: 'pause()', serves: false }), of('retire', 1, 1, { why: 'replaced' })]],
  ['available', [of('available', 1, 1, { after: 10 })]],
  [
    'available',
    [
      of('available', 1, 1, { after: 10 }),
      of('pause', 1, 1, { why: 'pause()', serves: false }),
      of('resume', 1, 1, { why: 'resume()', serves: true }),
    ],
  ],
  [
    'paused',
    [
      of('pause', 1, 1, { why: 'pause()', serves: false }),
      of('hung', 1, 1, { why: 'loop', silent: 60_000 }),
      of('recovered', 1, 1, { from: 'hung', after: 5 }),
    ],
  ],
])('a worker is %s', (state, events) => {
  expect(workersOf(...started, ...events)).toEqual([`1 ${state}`, '2 ready']);
  expect(only(...started, ...events).ready).toBe(state === 'available' ? 2 : 1);
});

test('since when a worker is in its state does not change while it is', () => {
  const [first] = only(...started, of('retire', 1, 1, { why: 'replaced' }), of('kill', 1, 1, { why: 'late' })).slots;
  expect(first?.workers[0]).toMatchObject({ state: 'leaving', since: 60, why: 'late' });
});

test('slots are opened and closed as the cluster is scaled', () => {
  const down = [...started, { type: 'scale', from: 2, to: 1, why: 'scale()' }];
  expect(slotsOf(...down)).toEqual(['1 running', '2 closing']);
  expect(slotsOf(...down, exit(2, 2, 'requested'))).toEqual(['1 running']);
  expect(slotsOf(...down, { type: 'scale', from: 1, to: 3, why: 'scale()' })).toEqual([
    '1 running',
    '2 running',
    '3 starting',
  ]);
});

test('a vacant slot stays so until a worker is forked', () => {
  const vacant = [...started, exit(1, 1, 'crash'), { type: 'vacant', slot: 1, why: 'temporary' }];
  expect(slotsOf(...vacant)).toEqual(['1 vacant', '2 running']);
  expect(slotsOf(...vacant, fork(3, 1, 'roll', 2))).toEqual(['1 starting', '2 running']);
});

test('a sample is part of the worker until the next one', () => {
  const usage = { state: 'running', rss: 1, cpu: 2 };
  const sampled = [...started, of('stats', 1, 1, { uptime: 1_000, usage, report: { connections: 1 }, age: 5 })];
  expect(only(...sampled).slots[0]?.workers[0]).toMatchObject({
    sampledAt: 60,
    usage,
    report: { connections: 1 },
    age: 5,
  });
  const [worker1] = only(...sampled, of('stats', 1, 1, { uptime: 2_000 })).slots[0]?.workers ?? [];
  expect(worker1).toMatchObject({ sampledAt: 70 });
  expect(worker1).not.toHaveProperty('usage');
});

test('the leader, an overloaded worker and standby workers are shown', () => {
  const standby = { type: 'standby-begin', worker: { ...worker(9, 0) }, after: 10 };
  const events = [...started, of('leader-begin', 1, 1), of('overloaded', 2, 2, { after: 1, utilization: 1 }), standby];
  const status = only(...events);
  expect(status.slots.map(({ workers }) => workers[0])).toMatchObject([{ leader: true }, { overloaded: true }]);
  expect(status.standby).toEqual([worker(9, 0)]);
  expect(only(...events, fork(9, 1, 'respawn', 2)).standby).toEqual([]);
  expect(only(...events, of('leader-end', 1, 1, { why: 'left' })).slots[0]?.workers[0]).not.toHaveProperty('leader');
});

test('decisions have the sentence of the log and their reason, and only the last 20 are kept', () => {
  const signal = { type: 'signal', signal: 'SIGHUP', action: 'reopen' };
  const status = only(...started, ...Array.from({ length: 30 }, () => signal), {
    type: 'shutdown',
    force: false,
    why: 'SIGTERM',
  });
  expect(status.decisions).toHaveLength(20);
  expect(status.decisions.at(-1)).toEqual({
    time: 360,
    type: 'shutdown',
    level: 'info',
    text: 'shutdown: SIGTERM',
    reason: 'SIGTERM',
  });
  expect(status.phase).toBe('shutting-down');
});

test('the next run of a cluster begins anew, and clusters that have ended do not accumulate', () => {
  const end = { type: 'end', why: 'shutdown()', after: 1 };
  expect(only(...started, exit(1, 1, 'crash'), end)).toMatchObject({ phase: 'ended', crashes: 1 });
  expect(only(...started, exit(1, 1, 'crash'), end, fork(1, 1))).toMatchObject({
    phase: 'starting',
    crashes: 0,
    size: 1,
  });
  const many = Array.from({ length: 300 }, (_, at) => ({ ...end, cluster: `web${at}` }));
  expect(folded(...many)).toHaveLength(100);
});

/** Makes any change of it an error. */
const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
};

test('the status before an event is not changed by it', () => {
  const events = eventsOf([
    ...started,
    { type: 'restart-begin', roll: 1, requests: ['a'], slots: [1] },
    { type: 'replace-begin', roll: 1, slot: 1, overlap: true },
    fork(3, 1, 'roll', 2),
    { type: 'replace-end', roll: 1, slot: 1, worker: worker(3, 1, 2) },
    exit(1, 1, 'requested'),
  ]);
  expect(events.reduce((status, event) => freeze(foldStatus(status, event)), freeze<MasterStatus>([]))).toHaveLength(1);
});

test('messages, and errors that belong to no cluster, change nothing', () => {
  const status = folded(...started);
  const others = eventsOf([of('message', 1, 1, { message: 'x' }), { type: 'error', cluster: '', error: {} }]);
  expect(others.map((event) => foldStatus(status, event) === status)).toEqual([true, true]);
});

const serving = ({ slots }: ReturnType<typeof only>) =>
  slots.filter(({ workers }) => workers.some(({ state }) => state === 'ready' || state === 'available')).length;

test('the slots that serve are counted as workers come and go, whatever has happened to their slots', () => {
  const drafts: readonly Draft[] = [
    ...started,
    { type: 'scale', from: 2, to: 4 },
    fork(3, 3, 'scale'),
    fork(4, 4, 'scale'),
    ready(4, 4),
    { type: 'replace-begin', slot: 1, worker: worker(1, 1) },
    fork(5, 1, 'roll', 2),
    ready(5, 1),
    { type: 'scale', from: 4, to: 1 },
    of('retire', 4, 4, { why: 'scale' }),
    exit(3, 3, 'crash'),
    exit(1, 1, 'requested'),
    exit(4, 4, 'requested'),
    { type: 'scale', from: 1, to: 3 },
    exit(5, 1, 'crash'),
    exit(2, 2, 'crash'),
  ];
  const counted = drafts.map((_, at) => only(...drafts.slice(0, at + 1)));
  expect(counted.map(({ ready: number }) => number)).toEqual(counted.map(serving));
  expect(counted.map(({ ready: number }) => number)).toEqual([
    0, 0, 0, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 0,
  ]);
  expect(counted.at(-1)?.slots.map(({ slot, state }) => `${slot} ${state}`)).toEqual([
    '1 replacing',
    '2 starting',
    '3 starting',
  ]);
});

test('the cost of an event does not grow with the number of slots', () => {
  const cluster = only(...Array.from({ length: 1_000 }, (_, at) => fork(at + 1, at + 1)));
  const [event] = eventsOf([ready(500, 500)]);
  if (event === undefined) throw new Error('there is no event');
  let looked = 0;
  const watch = <T extends object>(slot: T): T =>
    new Proxy(slot, {
      get: (target, name): unknown => {
        looked += 1;
        return Reflect.get(target, name);
      },
    });
  expect(foldStatus([{ ...cluster, slots: cluster.slots.map(watch) }], event)[0]?.ready).toBe(1);
  expect(looked).toBeLessThan(100);
});
