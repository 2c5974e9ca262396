import { expect, test } from 'vitest';
import { fresh, master } from './harness.js';

const hour = 3_600_000;

/** The time of day of a master, which can be set. Timers do not go by it. */
const settable = `
  const { now } = Date;
  let by = 0;
  Date.now = () => now() + by;
  can.set = (ms) => { by += ms; };`;

/** Listens, and exits on a message. */
const worker = `
  import { createServer } from 'node:http';
  createServer(() => {}).listen(0, '127.0.0.1');
  process.on('message', () => process.exit(1));`;

const start = (config: object) =>
  master(
    fresh({ 'worker.mjs': worker }),
    `${settable} run(${JSON.stringify({ exec: 'worker.mjs', worker: 1, ...config })});`,
  );

test('a stable worker stays one when the time of day is set back', async () => {
  const running = start({ minUptime: 50 });
  await Promise.all([running.event('ready'), running.event('stable')]);
  await running.call('set', -hour);
  await running.call('send', 'exit');
  expect(await running.event('backoff')).toMatchObject({ charged: false, delay: 0, spent: 0 });
  const { uptime } = await running.event('exit');
  expect(uptime).toBeGreaterThanOrEqual(50);
  expect(uptime).toBeLessThan(hour);
});

test('an event has the time of day, and durations do not depend on it', async () => {
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
