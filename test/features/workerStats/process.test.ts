import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { StatsEvent } from '../../../src/index.js';
import { decodeEvent, statsBetween } from '../../../src/index.js';
import { fresh, get, master, pidOf, portOf, type Program, type Told } from '../../process/harness.js';

/** Answers `/MS` after so long, `/block` after a second without a turn of its event loop, and any `/hang` never. Says on request what subscribes to the end of answers. */
const worker = `
  import { createServer } from 'node:http';
  import { hasSubscribers } from 'node:diagnostics_channel';
  createServer((request, response) => {
    if (request.url === '/hang') return process.send('hangs');
    if (request.url === '/block') for (const end = Date.now() + 1_000; Date.now() < end;);
    setTimeout(() => response.end('ok'), Number(request.url.slice(1)) || 0);
  }).listen(0, '127.0.0.1');
  process.on('message', () => process.send({
    observed: hasSubscribers('http.server.response.finish'),
    timers: process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length,
  }));`;

const start = (options: object = {}, more = '') => {
  const app = master(
    fresh({ 'worker.mjs': worker }),
    `${more} run(${JSON.stringify({ worker: 1, exec: 'worker.mjs', ...options })});`,
  );
  return app;
};

/** Stats as the master has told them. */
const statsOf = (told: Told): StatsEvent | undefined => {
  const event = decodeEvent(told);
  return event?.type === 'stats' ? event : undefined;
};

/** The first sample from now on that answers the question. */
const sample = async (app: Program, question: (stats: StatsEvent) => boolean): Promise<StatsEvent> => {
  const told = await app.event((one) => {
    const stats = statsOf(one);
    return stats !== undefined && question(stats);
  }, app.told.length);
  const stats = statsOf(told);
  if (stats === undefined) throw new Error('expected stats');
  return stats;
};

const reported = ({ age }: StatsEvent): boolean => age !== undefined && age < 1_000;

test('requests are counted with their latency, those in flight and connections as they are', async () => {
  const app = start({ stats: true });
  const port = portOf(await app.event('listening'));
  await app.event('stats');
  const before = await sample(app, reported);
  const hanging = connect(port, '127.0.0.1').on('error', () => {});
  onTestFinished(() => void hanging.destroy());
  hanging.write('GET /hang HTTP/1.1\r\nHost: a\r\n\r\n');
  await app.event('message');
  await Promise.all([get(port, '/0'), get(port, '/0'), get(port, '/300'), get(port, '/block')]);
  const done = await sample(app, ({ report }) => report?.requests.completed === 4);
  expect(before.report).toMatchObject({ connections: 0, requests: { inFlight: 0, completed: 0, latency: { sum: 0 } } });
  expect(done.report).toMatchObject({ requests: { inFlight: 1 } });
  expect(done.report?.connections).toBeGreaterThanOrEqual(1);
  const { counts = [], sum = 0 } = done.report?.requests.latency ?? {};
  expect(counts.reduce((all, count) => all + count, 0)).toBe(4);
  // Over 250 ms: the two that waited.
  expect(counts.slice(10).reduce((all, count) => all + count, 0)).toBeGreaterThanOrEqual(2);
  expect(sum).toBeGreaterThanOrEqual(1_300);
  expect(done.report?.heap.used).toBeGreaterThan(1_000_000);
  expect(done.usage).toMatchObject({ state: 'running' });
  expect(done.usage?.rss).toBeGreaterThan(10_000_000);
  expect(done.usage?.cpu).toBeGreaterThan(before.usage?.cpu ?? Infinity);
  hanging.destroy();
  const gone = await sample(app, ({ report }) => report?.requests.inFlight === 0);
  expect(gone.report).toMatchObject({ connections: 0, requests: { completed: 4 } });
});

test('a worker that is stopped is sampled on, with its last report and how old that is', async () => {
  const app = start({ stats: true });
  const pid = pidOf(await app.event('ready'));
  await app.event('stats');
  const before = await sample(app, reported);
  process.kill(pid, 'SIGSTOP');
  const first = await sample(app, ({ usage, age = 0 }) => usage?.state === 'stopped' && age > 1_000);
  // A worker that does nothing is not due for two seconds.
  const second = await sample(app, ({ age = 0 }) => age > 4_000);
  expect(second.usage?.state).toBe('stopped');
  expect(second.report).toEqual(first.report);
  expect(second.report?.uptime).toBeGreaterThanOrEqual(before.report?.uptime ?? Infinity);
  process.kill(pid, 'SIGCONT');
  const after = await sample(app, ({ age = Infinity }) => age < 1_000);
  expect(after.usage?.state).toBe('running');
  expect(after.report?.uptime).toBeGreaterThan(second.report?.uptime ?? Infinity);
  // It was not there: its event loop was neither idle nor busy, but late.
  expect(after.report?.eventLoop.delay.max).toBeGreaterThan(1_000);
});

test('a worker that is stopped while it sends a report says so in the next one', async () => {
  const app = master(
    fresh({
      'worker.mjs': `
        const { send } = process;
        process.on('message', () => {
          process.send = (frame, ...more) => {
            const sent = send.call(process, frame, ...more);
            if (frame.cmd !== 'NODE_PROTEUS_CLUSTER:sample') return sent;
            process.send = send;
            process.kill(process.pid, 'SIGSTOP');
            return sent;
          };
        });`,
    }),
    `run({ worker: 1, exec: 'worker.mjs', ready: 'online', stats: true });`,
  );
  const pid = pidOf(await app.event('ready'));
  await sample(app, reported);
  await app.call('send', 'stop with the next report');
  await sample(app, ({ usage, age = 0 }) => usage?.state === 'stopped' && age > 1_000);
  process.kill(pid, 'SIGCONT');
  const { report } = await sample(app, reported);
  expect(report?.eventLoop.delay.max).toBeGreaterThan(1_000);
});

test('a worker that does nothing reports every other second, and is sampled in between with that report', async () => {
  const app = start({ stats: true });
  await app.event('ready');
  let last = NaN;
  const between = await sample(app, ({ report, age = 0 }) => {
    if (age < 1_000) last = report?.uptime ?? NaN;
    return age > 1_000 && report?.uptime === last + 1_000;
  });
  const next = await sample(app, reported);
  expect(statsBetween(between, next)).toMatchObject({ requests: { perSecond: 0 } });
});

test('nothing runs in a worker while nobody listens', async () => {
  const app = start(
    {},
    `let subscription;
     can.listen = () => { subscription = proteus.stats$.subscribe((stats) => tell({ ...stats, type: 'heard' })); };
     can.leave = () => subscription.unsubscribe();`,
  );
  await app.event('started');
  const asked = async () => {
    const from = app.told.length;
    await app.call('send', 'how');
    return (await app.event('message', from)).message;
  };
  const idle = await asked();
  expect(idle).toMatchObject({ observed: false });
  await app.call('listen');
  // The first sample comes without a report where the worker has not got the request in time.
  const heard = await app.event((told) => told.type === 'heard' && 'report' in told);
  expect(heard).toMatchObject({ worker: { id: 1 }, report: { connections: 0 } });
  expect(await asked()).toMatchObject({ observed: true });
  await app.call('leave');
  expect(await asked()).toEqual(idle);
});

test('a subscriber of stats$ hears of clusters that start later, and a further one at once', async () => {
  const app = master(
    fresh({ 'worker.mjs': worker }),
    `proteus.stats$.subscribe((stats) => tell({ ...stats, type: 'heard' }));
     can.late = async () => {
       const heard = [];
       proteus.stats$.subscribe((stats) => heard.push(stats.worker.slot)).unsubscribe();
       return heard;
     };
     run({ worker: 2, exec: 'worker.mjs' });`,
  );
  await app.event(({ type, worker: told }) => type === 'heard' && told?.slot === 1);
  await app.event(({ type, worker: told }) => type === 'heard' && told?.slot === 2);
  const { result } = await app.call('late');
  expect(result).toHaveLength(2);
  app.signal('SIGTERM');
  expect(await app.ended()).toEqual({ code: 0, signal: null });
});

test('without the preload there is what the system tells', async () => {
  const app = start({ stats: true, preload: false });
  const stats = await sample(app, () => true);
  expect(stats.usage?.rss).toBeGreaterThan(10_000_000);
  expect(stats).not.toHaveProperty('report');
  expect(stats).not.toHaveProperty('age');
});

test('a report that does not fit is an error event, and the samples go on', async () => {
  const folder = fresh({
    'worker.mjs': `${worker}
      process.on('message', () => process.send({ cmd: 'NODE_PROTEUS_CLUSTER:sample', report: { uptime: -1 } }));`,
  });
  const app = master(folder, { worker: 1, exec: 'worker.mjs', stats: true });
  await app.event('started');
  await app.call('send', 'go');
  expect(await app.event('error')).toMatchObject({
    worker: { id: 1 },
    error: {
      message: expect.stringContaining(
        'worker 1 sent an invalid frame of proteus-cluster (NODE_PROTEUS_CLUSTER:sample)',
      ),
    },
  });
  expect(await sample(app, reported)).toMatchObject({ worker: { id: 1 } });
});
