import diagnostics_channel from 'node:diagnostics_channel';
import { afterEach, expect, test, vi } from 'vitest';
import { start } from '../../../src/worker/preload/reusePort.js';

const listen = diagnostics_channel.channel('tracing:net.server.listen:asyncStart');

/** Listens with these options, and returns what has become of `reusePort`. */
const completed = (options: object): unknown => {
  listen.publish({ server: {}, options });
  return 'reusePort' in options ? options.reusePort : 'left alone';
};

afterEach(() => vi.unstubAllEnvs());

test('without the variable of the master nothing is followed', () => {
  start();
  expect(listen.hasSubscribers).toBe(false);
});

test('what is shared by all workers listens with reusePort, and nothing else', () => {
  vi.stubEnv('PROTEUS_CLUSTER_REUSE_PORT', '1');
  start();
  expect(process.env['PROTEUS_CLUSTER_REUSE_PORT']).toBeUndefined();
  expect([{ port: 80 }, { port: '80', host: '::1' }].map(completed)).toEqual([true, true]);
  const others = [
    { port: 0 },
    { path: 'web.sock' },
    { fd: 3 },
    { port: 80, fd: 3 },
    { port: 80, exclusive: true },
    { port: 80, exclusive: false },
    { _handle: {} },
    Object.freeze({ port: 80 }),
  ];
  expect(new Set(others.map(completed))).toEqual(new Set(['left alone']));
  expect(completed({ port: 80, reusePort: false })).toBe(false);
  // It never throws, whatever Node publishes.
  for (const message of [undefined, {}, { options: null }]) listen.publish(message);
});
