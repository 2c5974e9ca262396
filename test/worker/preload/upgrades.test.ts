import { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import { expect, test } from 'vitest';
import { has, heed } from '../../../src/worker/preload/upgrades.js';

/** A server, and what its sockets are to the preload. */
const heeded = (before: (server: EventEmitter) => void = () => {}) => {
  const server = new EventEmitter();
  before(server);
  // It stands in for a server: only its events matter here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  heed(server as unknown as Server);
  const upgrade = (name = 'upgrade') => {
    const socket = new EventEmitter();
    server.emit(name, { headers: {} }, socket);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return has(socket as never);
  };
  return { server, upgrade };
};

const ignore = () => {};

test.each(['upgrade', 'connect'])('%s: a server without a listener of the application has none', (name) => {
  expect(heeded().server.listenerCount(name)).toBe(0);
});

test.each(['upgrade', 'connect'])('%s: beside a listener of the application the connection is noted', (name) => {
  const before = heeded((server) => server.on(name, ignore));
  expect(before.upgrade(name)).toBe(true);
  const later = heeded();
  later.server.on(name, ignore);
  expect(later.upgrade(name)).toBe(true);
});

test.each(['upgrade', 'connect'])(
  '%s: when the application removes its last listener, ours goes too, and comes again with the next',
  (name) => {
    const { server, upgrade } = heeded((one) => one.on(name, ignore).on(name, ignore));
    server.off(name, ignore);
    expect(server.listenerCount(name)).toBe(2);
    server.off(name, ignore);
    expect(server.listenerCount(name)).toBe(0);
    server.once(name, ignore);
    expect(upgrade(name)).toBe(true);
    expect(server.listenerCount(name)).toBe(0);
    server.on(name, ignore);
    expect(upgrade(name)).toBe(true);
    server.removeAllListeners(name);
    expect(server.listenerCount(name)).toBe(0);
    server.on(name, ignore);
    expect(server.listenerCount(name)).toBe(2);
  },
);

test('an upgrade that is emitted with something else than a request ends nothing', () => {
  const { server } = heeded((one) => one.on('upgrade', ignore));
  expect(() => server.emit('upgrade', undefined, undefined)).not.toThrow();
});
