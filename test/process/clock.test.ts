import { expect, test } from 'vitest';
import { fresh, master, type Told } from './harness.js';

const hour = 3_600_000;

/** The time of day of a master, which can be set. Timers do not go by it. */
const settable = `
  const { now } = Date;
  let by = 0;
  Date.now = () => now() + by;
  can.set = (ms) => { by += ms; };`;

/** Listens, and exits when it is told to. */
const worker = `
  import { createServer } from 'node:http';
  createServer(() => {}).listen(0, '127.0.0.1');
  process.on('message', () => process.exit(1));`;

const start = (config: object) =>
  master(
    fresh({ 'worker.mjs': worker }),
    `${settable} run(${JSON.stringify({ exec: 'worker.mjs', worker: 1, ...config })});`,
  );

const since = (running: { readonly told: readonly Told[] }) => running.told.length;

test.each([hour, -hour])('a stable worker stays one when the time of day is set by %d ms', async (by) => {
  const running = start({ minUptime: 50 });
  await Promise.all([running.event('ready'), running.event('stable')]);
  await running.call('set', by);
  await running.call('send', 'exit');
  expect(await running.event('backoff')).toMatchObject({ charged: false, delay: 0, spent: 0 });
  const { uptime } = await running.event('exit');
  expect(uptime).toBeGreaterThanOrEqual(50);
  expect(uptime).toBeLessThan(hour);
});

test.each([hour, -hour])('a crash loop stays one when the time of day is set by %d ms', async (by) => {
  const running = start({ minUptime: 600_000, maxForkCount: 3, backoff: { initial: 1, jitter: 0 } });
  const crash = async (from: number) => {
    await running.event('ready', from);
    await running.call('set', by);
    const seen = since(running);
    await running.call('send', 'exit');
    return seen;
  };
  const second = await crash(0);
  expect(await running.event('backoff')).toMatchObject({ charged: true, spent: 1 });
  const third = await crash(second);
  expect(await running.event('backoff', third)).toMatchObject({ charged: true, spent: 2 });
  await crash(third);
  expect(await running.event('give-up')).toMatchObject({ spent: 3 });
  expect(await running.ended()).toEqual({ code: 1, signal: null });
  for (const { uptime } of running.past('exit')) {
    expect(uptime).toBeGreaterThanOrEqual(0);
    expect(uptime).toBeLessThan(hour);
  }
});

test('a second Ctrl-C is one, also where the time of day has been set back meanwhile', async () => {
  const running = master(
    fresh({ 'worker.mjs': `${worker} process.on('SIGINT', () => {}); setInterval(() => {}, 1_000);` }),
    `${settable}
    run({ exec: 'worker.mjs', worker: 1 });
    proteus.signals$.subscribe(() => setTimeout(tell, 600, { type: 'later' }));`,
  );
  await running.event('available');
  running.signal('SIGINT');
  await running.event('later');
  await running.call('set', -hour);
  running.signal('SIGINT');
  await running.events('signal', 2);
  expect(running.past('signal').map(({ action }) => action)).toEqual(['shutdown', 'force']);
  await running.ended();
});

test('an event tells the time of day, and how long the cluster ran is not told by it', async () => {
  const running = start({});
  await running.event('started');
  await running.call('set', -hour);
  await running.call('shutdown');
  await running.ended();
  const [{ time: begun = 0 } = {}] = running.past('fork');
  const [{ time: over = 0, after } = {}] = running.past('end');
  expect(over).toBeLessThan(begun);
  expect(after).toBeGreaterThanOrEqual(0);
});
